# 学習プラットフォームとの連携（登録、ウィンドウ、配置）の文言。

## 新しいウィンドウ
window-title = 新しいウィンドウで開く
window-text = お使いのブラウザーの設定により、このページの中ではサインインできません。新しいウィンドウでは利用できます。
window-wait = サインインしています。しばらくお待ちください。
window-button = 新しいウィンドウで開く

## 登録
tool-description = { $issuer }は、コースの修了を検証可能なデジタルバッジで証明します。
registered-title = 登録が完了しました
registered-text = { $platform }とこのツールの連携が設定されました。
registered-active = コースにツールを追加できます。
registered-pending = 利用を始めるには、このツールの運用者による承認が必要です。
registered-suspended = このプラットフォームは、このツールの運用者によって利用を停止されています。再開については運用者にお問い合わせください。
registered-close = 完了
error-invitation = この招待は無効か期限切れ、または使用済みのため、ツールの運用者に新しい招待を依頼するか、登録が途中で中断された場合は10分後に同じ招待をもう一度お試しください。
error-invitation = この招待は無効か期限切れ、または使用済みのため、ツールの運用者に新しい招待を依頼するか、登録が途中で中断された場合は10分待ってからもう一度お試しください。
error-registration = 学習プラットフォームを登録できなかったため、招待リンクがツール登録の画面に正しく入力されているか確認して、もう一度お試しください。
error-platform-private = 学習プラットフォームのアドレスがプライベートネットワークにあるため、ツールの運用者が設定outbound.private_hostsに学習プラットフォームのホスト名を加えて再起動した後に、同じ招待リンクをもう一度お試しください。
error-platform-insecure = 学習プラットフォームがhttpで通信しており、このツールはhttpsだけを受け付けるため、httpsにするか、同じコンピューターでの試用ならツールの運用者が設定outbound.allow_insecure_loopbackをtrueにした後に、同じ招待リンクをもう一度お試しください。
error-platform-private = 学習プラットフォームのアドレスがプライベートネットワークにあるため接続しませんでしたが、ツールの運用者が設定outbound.private_hostsに学習プラットフォームのホスト名を加えて再起動すると、同じ招待リンクをそのまま使えます。
error-platform-insecure = 学習プラットフォームがhttpで通信していますが、このツールはhttpsだけを受け付けるため、同じコンピューターで試すだけなら、ツールの運用者が設定outbound.allow_insecure_loopbackをtrueにしてから同じ招待リンクをもう一度使ってください。
error-platform-silent = 学習プラットフォームが示したアドレスから応答がないため、ツールのサーバーから公的に信頼される証明書で接続できることを確認し、同じ招待リンクをもう一度使ってください。

## コースへの配置
place-title = バッジをコースに追加
place-badge = このコースのバッジ
place-text = 受講者はリンクからバッジを確認でき、教員は同じリンクからバッジを授与できます。
place-field-title = リンクの名前
place-field-text = リンクの説明
place-column = 成績列をつける
place-column-text = バッジを授与された受講者に、満点が成績表へ記入されます。
place-mine = 自分のバッジ
place-mine-text = ほかのコースのものも含めて、それぞれが自分のバッジをすべて確認できます。
place-button = コースに追加
place-none = 追加するものを選んでください。
place-no-links = 学習プラットフォームのこの場所には、ツールへのリンクを追加できません。
placing-title = しばらくお待ちください
placing-text = 選択した内容を学習プラットフォームに送ります。
placing-button = 続ける
error-no-deep-link = このページは、コースの編集画面からツールを追加するときにのみ利用できます。

## 提出物の確認から開いた受講者
review-title = 受講者のバッジ
review-none = この受講者は、このコースのバッジをまだ取得していません。
review-all = 受講者の一覧

## 保存している個人データ
privacy-title = 個人データ
privacy-visibility = 担当教員のほかに、あなたがバッジを保有していることを確認できる人：
privacy-visible-nobody = あなたがバッジを保有していることを確認できるのは、担当教員だけです。レポートは人数だけを集計し、氏名は表示しません。
privacy-text = { $id }さんについて、このツールには次の情報が保存されています。
privacy-badges = 授与されたバッジ：{ $count }件
privacy-named = LMSから受け取った氏名とメールアドレス。担当教員が取得者を確認するために使います。バッジ自体には、照合用のハッシュ値だけが含まれます。
privacy-unnamed = 氏名とメールアドレスは保存されていません。
privacy-erase-text = 消去すると氏名とメールアドレスが削除されます。バッジには含まれていないため、バッジは有効なままです。
privacy-erase = 氏名とメールアドレスを消去
privacy-erase-final = この操作は取り消せません。
privacy-erase-confirm = 完全に消去する
privacy-erased = 氏名とメールアドレスを消去しました。
