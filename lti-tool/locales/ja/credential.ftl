# 公開ページの文言。

## 公開バッジ
credential-revoked-because = 理由：{ $reason }
credential-issued-by = 発行者
credential-issued-on = 発行日
credential-expires = 有効期限
credential-never-expires = 無期限
credential-criteria = 取得条件
credential-issuer-id = 発行者の識別子
credential-checks = 検証の結果
credential-checks-intro = 署名されたバッジそのものを、今この場で検証しました。
credential-download = バッジ（JSON）
credential-download-older = Open Badges 2.0（JSON）
credential-older = Open Badges 2.0にのみ対応したバックパックに登録するときは、次のアドレスを指定してください：
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
home-verify = バッジ、またはバッジのリンクをお持ちですか？
