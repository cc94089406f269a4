# 受講者ページの文言。

## 受講者
learner-title = マイバッジ
learner-hello = { $name }さん
learner-earned = このバッジを取得しました
learner-awarded-on = { $date }に授与
learner-open = 表示・ダウンロード
learner-erase = 保存されている個人データの確認と消去
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
learner-next = 次に目指すバッジ
learner-step-open = 未取得
