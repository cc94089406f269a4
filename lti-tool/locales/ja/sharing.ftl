# バッジ取得者向けの文言：受け取り、共有、共有先。

share-title = あなたのバッジ
share-offer-title = バッジが届いています。共有しますか？
share-shared-title = 共有中
share-visible-nobody = このバッジを見られるのは、あなたとコースの担当教員だけです。共有するまで、ほかの人には公開されません。
share-visible-all = リンクを知っている人は誰でも、このバッジを見て検証できます。氏名とメールアドレスは表示されません。
share-revoked = 取り消されたため、共有できません。
share-declined-title = このバッジを辞退しました
share-declined = 誰にも公開されません。後から受け取ることもできます。
share-press = 共有する
share-accept = 受け取る（公開しない）
share-accept-after-all = やはり受け取る
share-decline = 辞退する
share-done = 公開ページができました。見せたい相手にリンクをお送りください。
share-link = バッジのリンク
share-copy = コピー
share-copied = コピーしました
share-open = 公開ページを開く
share-linkedin = LinkedInのプロフィールに追加
share-mail = メールで送る
share-letter = メール用の文面
share-code = リンクのQRコード
share-stop = 共有をやめる
share-mail-subject = デジタルバッジ：{ $name }
share-mail-text =
    { $issuer }のデジタルバッジ「{ $name }」を取得しました。

    次のページで内容を確認し、本物であることを検証できます。
    { $url }
