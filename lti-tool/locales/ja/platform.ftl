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
registered-close = 完了
error-invitation = この招待は無効か期限切れ、または使用済みのため、ツールの運用者に新しい招待を依頼してください。
error-registration = 学習プラットフォームを登録できなかったため、招待リンクがツール登録の画面に正しく入力されているか確認して、もう一度お試しください。

## コースへの配置
place-title = このバッジをコースに追加
place-text = 受講者はコース内のリンクからバッジを確認でき、教員は同じリンクからバッジを授与できます。
place-button = コースに追加
error-no-deep-link = このページは、コースの編集画面からツールを追加するときにのみ利用できます。
