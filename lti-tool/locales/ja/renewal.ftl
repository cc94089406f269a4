# 有効期限のあるバッジと、その更新。
expires-on = { $date }まで有効
expires-soon = まもなく期限切れ（{ $date }まで）
expired-on = 期限切れ（{ $date }まで）
expiring-count = 期限切れ、または90日以内に期限を迎えるバッジが{ $count }個あります。
renew = 更新する
renew-of = { $name }さんのバッジを更新する
learner-expired = このバッジは期限が切れています
learner-renew = 更新するには
