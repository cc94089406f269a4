# ページの文言。英語のファイルと同じキーを持つ（テストで比較する）。

app-name = デジタルバッジ
skip-to-content = 本文へ移動
reference = 照会番号

month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月

## 編集されるまでのバッジの文言
default-badge-name = 「{ $course }」修了
default-badge-description = コース「{ $course }」を修了したことを証明します。
default-badge-criteria = コース「{ $course }」を修了し、担当教員の確認を受けること。

## エラー（一文ずつ）
error-title = 処理できませんでした
error-hint = 繰り返し表示される場合は、この照会番号を管理者にお伝えください。
error-unknown-platform = お使いの学習プラットフォームはこのツールに登録されていないため、管理者に登録を依頼してください。
error-login-incomplete = 学習プラットフォームからのサインイン情報が不足しているため、コースからツールを開き直してください。
error-launch-used = このサインインは期限切れか使用済みのため、コースからツールを開き直してください。
error-launch-late = サインインの到着が遅れたか時計がずれているため、コースからツールを開き直してください。
error-launch-untrusted = このサインインが学習プラットフォームからのものか確認できないため、コースからツールを開き直してください。
error-unknown-deployment = 学習プラットフォームのこの場所ではツールがまだ承認されていないため、管理者にお問い合わせください。
error-platform-refused = 学習プラットフォームでサインインできなかったため、コースからツールを開き直してください。
error-platform-unreachable = 学習プラットフォームが応答しないため、しばらくしてからもう一度お試しください。
error-unavailable = 現在、記録にアクセスできないため、しばらくしてからもう一度お試しください。
error-internal = 内部で問題が発生しましたが、変更は行われていません。
error-session-expired = ページの有効期限が切れたため、コースからツールを開き直してください。
error-instructors-only = このページはコースの担当教員専用です。
error-no-course = コースの中からツールを開いてください。
error-anonymous = 学習プラットフォームから利用者の情報が届かないため、バッジを表示できません。
error-not-found = このアドレスには何もありません。
error-bad-request = ブラウザーから送られた内容を読み取れないため、前のページに戻ってやり直してください。
error-roster = 受講者名簿を取得できずバッジを授与しなかったため、しばらくしてからもう一度お試しください。

## 新しいウィンドウ
window-title = 新しいウィンドウで開く
window-text = お使いのブラウザーの設定により、このページの中ではサインインできません。新しいウィンドウでは利用できます。
window-wait = サインインしています。しばらくお待ちください。
window-button = 新しいウィンドウで開く

## 教員
tab-awards = 授与
tab-badge = バッジ
tabs-label = このコースのページ
progress = 受講者{ $total }人中{ $awarded }人が取得済み
badge-public-page = バッジの公開ページ
edit-badge = バッジを編集
learners-title = 受講者
search-label = 受講者を検索
search-placeholder = 名前で検索
search-none = 該当する受講者はいません。
select-all = 未取得の受講者をすべて選択
select-learner = { $name }さんを選択
column-learner = 受講者
column-status = 状態
column-action = 操作
learner-nameless = 受講者 { $id }
award-selected = 選択した受講者に授与
award-one = 授与する
award-one-to = { $name }さんに授与する
award-again = 再授与する
award-again-to = { $name }さんに再授与する
status-none = 未授与
status-awarded = { $date }に授与
status-revoked = 取り消し済み
status-left = コースから離脱
open-credential = 表示
open-credential-of = { $name }さんのバッジを表示
revoke = 取り消す
revoke-of = { $name }さんのバッジを取り消す
revoke-reason = 理由（公開されます）
revoke-confirm = バッジを取り消す
done-awarded = { $awarded ->
    [0] 新しく授与された受講者はいません。
   *[other] { $awarded }人にバッジを授与しました。
 } { $kept ->
    [0] { "" }
   *[other] { $kept }人はすでに取得済みです。
 }
done-none = 先に受講者を選択してください。
done-revoked = バッジを取り消しました。再び授与することもできます。
done-saved = バッジを保存しました。すでに授与されたバッジの内容は変わりません。
roster-empty-title = 受講者はまだいません
roster-empty-text = 受講者がこのコースに登録されると、ここに表示されます。
roster-not-offered-title = 受講者名簿がこのツールに共有されていません
roster-not-offered-text = このツールの「名前とロールの提供（Names and Role Provisioning）」を有効にするよう、管理者に依頼してください。
roster-failed-title = 現在、受講者名簿を取得できません
roster-failed-text = 学習プラットフォームから正しい応答がありませんでした。しばらくしてからページを再読み込みしてください。
roster-cut = コースの人数が非常に多いため、一部の受講者のみ表示しています。

## バッジの編集
badge-form-title = バッジの内容
badge-form-intro = 英語、日本語、または両方で入力してください。入力した言語はすべてバッジに記載されます。
field-english = 英語
field-japanese = 日本語
field-name = 名称
field-description = 説明
field-criteria = 取得条件
save-badge = バッジを保存
cancel = キャンセル
badge-name-missing = バッジの名称をいずれかの言語で入力してください。
badge-description-missing = バッジの説明をいずれかの言語で入力してください。
badge-criteria-missing = バッジの取得条件をいずれかの言語で入力してください。
badge-text-long = 名称は200文字、その他の項目はそれぞれ4,000文字までです。

## 受講者
learner-title = マイバッジ
learner-hello = { $name }さん
learner-earned = このバッジを取得しました
learner-awarded-on = { $date }に授与
learner-open = 表示・共有
learner-download = ダウンロード（JSON）
learner-privacy = リンクを共有するまで、バッジは誰にも公開されません。メールアドレスも表示されません。
learner-not-yet = 未取得
learner-how = 取得条件
learner-who-decides = 条件を満たすと、担当教員がこのバッジを授与します。
learner-no-badge-title = このコースにはまだバッジがありません
learner-no-badge-text = 担当教員が設定すると、ここに表示されます。
learner-no-course-text = コースの中からこのツールを開くと、そのコースのバッジが表示されます。
learner-revoked = このバッジは取り消されました
learner-revoked-because = 理由：{ $reason }
learner-elsewhere = その他のバッジ
learner-from-course = { $course }、{ $date }

## 公開バッジ
credential-valid = このバッジは本物で、有効です
credential-revoked = このバッジは取り消されました
credential-problem = このバッジを確認できませんでした
credential-revoked-because = 理由：{ $reason }
credential-issued-by = 発行者
credential-issued-on = 発行日
credential-expires = 有効期限
credential-never-expires = 無期限
credential-criteria = 取得条件
credential-issuer-id = 発行者の識別子
credential-checks = 検証の結果
credential-checks-intro = 署名されたバッジそのものを、今この場で検証しました。
credential-download = バッジをダウンロード（JSON）
credential-image-alt = バッジ：{ $name }
credential-privacy = 取得者は、識別情報のハッシュ値によってのみ記載されています。
check-document-readable = バッジを読み取れる
check-contexts = Open Badgesの語彙を使用している
check-types = 達成を証明する資格情報である
check-mandatory-properties = 必須項目がそろっている
check-proof-present = 電子署名がある
check-proof-purpose = 署名の目的が正しい
check-verification-method = 署名鍵が確認できる
check-assertion-method = 鍵にバッジへの署名権限がある
check-issuer-controls-key = 鍵が発行者のものである
check-signature = 署名後に変更されていない
check-refresh = 新しい版の有無を確認した
check-status = 失効リストに記載されていない
check-valid-from = 有効期間が始まっている
check-valid-until = 有効期限内である
check-endorsements = 推薦が有効である
check-issuer-known = 発行者がここで信頼されている
check-key-valid-when-signed = 署名した時点で鍵が有効だった
check-record = 発行者に取り消されていない
result-passed = 合格
result-failed = 不合格
result-skipped = 対象外
result-unknown = 判定できません

## 公開ページ
achievement-of = { $issuer }のバッジ
home-title = 誰でも検証できるデジタルバッジ
home-text = { $issuer }は、このツールでコース修了のデジタルバッジを発行しています。学習プラットフォームのコースの中から開いてください。
home-verify = バッジのリンクをお持ちの場合は、そのまま開いてください。表示と同時にバッジを検証します。

## 登録
tool-description = { $issuer }は、コースの修了を検証可能なデジタルバッジで証明します。
registered-title = 登録が完了しました
registered-text = { $platform }とこのツールの連携が設定されました。
registered-active = コースにツールを追加できます。
registered-pending = 利用を始めるには、このツールの運用者による承認が必要です。
registered-close = 完了
error-invitation = この招待は無効か期限切れ、または使用済みのため、ツールの運用者に新しい招待を依頼してください。
error-registration = 学習プラットフォームを登録できなかったため、招待リンクがツール登録の画面に正しく入力されているか確認して、もう一度お試しください。

## コースへの配置
place-title = このバッジをコースに追加
place-text = 受講者はコース内のリンクからバッジを確認でき、教員は同じリンクからバッジを授与できます。
place-button = コースに追加
error-no-deep-link = このページは、コースの編集画面からツールを追加するときにのみ利用できます。
