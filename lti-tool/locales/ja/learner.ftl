# 受講者ページの文言。

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
