# 受講者へのメール：件名、本文、届いた理由。
mail-greeting = { $name }さん
mail-greeting-nameless = 受講者の皆さま
mail-awarded-subject = バッジ「{ $badge }」を取得しました
mail-awarded-text = { $date }、コース「{ $course }」のバッジ「{ $badge }」が授与されました。
mail-awarded-until = 有効期限は{ $date }です。
mail-awarded-share = リンクを共有するまで、バッジは誰にも公開されません。メールアドレスも表示されません。
mail-expiring-subject = バッジ「{ $badge }」の有効期限は{ $date }です
mail-expiring-text = コース「{ $course }」で取得したバッジ「{ $badge }」は、{ $date }に期限が切れます。
mail-expiring-renew = 更新するには：{ $criteria }
mail-revoked-subject = バッジ「{ $badge }」が取り消されました
mail-revoked-text = コース「{ $course }」で取得したバッジ「{ $badge }」は取り消され、無効になりました。
mail-revoked-reason = 理由：{ $reason }
mail-open = バッジを表示
mail-footer = このメールは、バッジのあるコースを受講している方に{ $issuer }から自動的に送信されています。返信はできません。
