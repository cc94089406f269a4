# 共通の文言。領域ごとに1ファイル。英語のファイルと同じキーを持つ（テストで比較する）。

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
