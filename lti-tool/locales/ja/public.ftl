# バッジの検証に関する文言：検証ページ、判定、バッジの記載内容。

## 判定（一文と、その意味）
verdict-valid = このバッジは本物で、有効です
verdict-valid-meaning = 記載された発行者が署名しており、その後の変更はなく、現在も有効です。
verdict-stranger = このバッジは本物で有効ですが、発行者はここに登録されていません
verdict-stranger-meaning = 下記の識別子の持ち主が署名しており、その後の変更はありません。識別子が想定どおりの発行者のものか、ご確認ください。
verdict-revoked = このバッジは取り消されました
verdict-revoked-meaning = 本物ですが、発行者が取り消したため、現在は無効です。
verdict-suspended = このバッジは一時停止中です
verdict-suspended-meaning = 本物ですが、発行者が一時的に効力を停止しています。取得者または発行者にお問い合わせください。
verdict-expired = このバッジは有効期限が切れています
verdict-expired-meaning = 本物ですが、有効期間が終了しています。取得者が新しいバッジを持っている場合があります。
verdict-early = このバッジはまだ有効期間前です
verdict-early-meaning = 本物ですが、有効期間が始まっていません。
verdict-altered = このバッジは改変されたか、別の者が署名したものです
verdict-altered-meaning = 署名が記載内容と一致しません。信用せず、取得者に元のファイルをお求めください。
verdict-unsigned = このバッジには署名がありません
verdict-unsigned-meaning = 誰でも作成できるものです。発行者から届いたファイルかリンクを、取得者にお求めください。
verdict-key = このバッジに署名した鍵は、発行者のものと確認できません
verdict-key-meaning = 発行者がその鍵を公開していないか、署名の時点で鍵が無効でした。発行者に確認できるまで信用しないでください。
verdict-mismatch = 記載された発行者とは別の者が署名しています
verdict-mismatch-meaning = 鍵の持ち主が、バッジに記載された発行者と異なります。信用しないでください。
verdict-malformed = Open Badgesのバッジではないか、破損しています
verdict-malformed-meaning = 送られた内容をバッジとして読み取れません。元のファイルかリンクを、取得者にお求めください。
verdict-endorsement = このバッジに付された推薦は成立していません
verdict-endorsement-meaning = 推薦の検証に失敗したため、このバッジを判断の根拠にしないでください。
verdict-unsupported = ここでは検証できない方式で署名されています
verdict-unsupported-meaning = 本物の可能性があります。発行者に問い合わせるか、別の検証サービスをお試しください。
verdict-documents = このバッジを確認できませんでした
verdict-documents-meaning = 発行者が公開するはずの文書を取得できませんでした。本物の可能性もあるため、後でもう一度試すか、発行者にお問い合わせください。
verdict-status = 取り消されていないか確認できませんでした
verdict-status-meaning = 署名はありますが、発行者の失効リストを信頼できません。発行者にお問い合わせください。
verdict-other = このバッジを確認できませんでした
verdict-other-meaning = 下の検証結果をご覧ください。

## バッジの記載内容
credential-criteria-link = 発行者のサイトの取得条件
credential-alignments = 対応する能力・基準
credential-evidence = 取得の根拠
credential-files = 手元に保存
credential-download-jwt = トークン（JWT）
credential-download-png = バッジを埋め込んだ画像（PNG）
credential-download-svg = 同じ画像（SVG）

## 検証ページ
verify-title = バッジの検証
verify-intro = 発行者を問わず、デジタルバッジが本物で現在も有効かどうかをその場で確認できます。
verify-file = バッジのファイル
verify-file-hint = JSON、トークン、またはバッジを埋め込んだPNG・SVG画像（5MBまで）。
verify-drop = このページのどこにでも、ファイルをドロップできます。
verify-text = または、リンクかバッジの本文
verify-press = 検証する
verify-privacy = 送られた内容も、どなたが検証したかも記録しません。発行者の文書が必要な場合はその文書だけを取得し、発行者に見えるのはこのサイトからのアクセスのみです。
verify-says = バッジの記載内容
verify-claims = 記載内容（未確認）
verify-checks-intro = 今この場で、一項目ずつ検証しました。
verify-another = 別のバッジを検証する
verify-nothing = ファイルを選ぶか、バッジのリンクまたは本文を貼り付けてください。
verify-too-long = 5 MBを超えています。バッジはそれより小さいはずです。
verify-unreadable = ブラウザーから送られた内容を読み取れませんでした。もう一度お試しください。
verify-no-badge = バッジが見つかりません。JSON、トークン、リンク、PNG・SVG画像のいずれでもありません。
verify-empty-picture = この画像にはバッジが埋め込まれていません。発行者からダウンロードしたファイルをお求めください。
verify-no-badge-there = このリンク先にバッジがありません。リンク先でバッジをダウンロードし、そのファイルをお送りください。
verify-link-refused = このリンクは開けません。開けるのは、httpsの公開アドレスだけです。
verify-link-silent = リンク先が応答しません。後でもう一度試すか、ファイルをお送りください。
verify-not-shared = このバッジは現在、取得者が共有していません。ファイルの送付か共有を取得者にご依頼ください。
verify-busy = 現在、多くのバッジを検証中です。しばらくしてからもう一度お試しください。

## 取得できなかった文書
missing-title = 取得できなかった文書
missing-text = 判定には、発行者の次の文書が必要です。
missing-address = アドレスではありません。
missing-here = このサイトはその文書を公開していません。
missing-slow = 時間内に届きませんでした。
missing-many = 一つのバッジについて取得できる文書の数を超えています。
missing-other = そこにあるのは文書ではないか、長すぎます。
missing-plain = httpsのアドレスではありません。
missing-private = 公開されたアドレスではありません。
missing-gone = そのサイトに文書がありません。
missing-silent = サイトが応答しません。

## 取得者が共有していないバッジ
not-shared-title = このバッジは共有されていません
not-shared-text = 現在、取得者本人だけが見られる設定です。
not-shared-holder = ご本人の場合は、コースの中からバッジを開いて共有してください。
not-shared-file = 取得者からファイルを受け取った場合は、こちらで検証できます：

## 発行者・プログラム・バッジの種類
issuer-title = バッジの発行者
issuer-achievements = バッジ
issuer-no-achievements = まだバッジは授与されていません。
programmes-title = プログラム
programme-title = プログラム
programme-by = 実施者
programme-when = 実施期間
programme-from-to = { $first }から{ $last }まで
programme-from = { $first }から
programme-to = { $last }まで
programme-audience = 対象
programme-achievements = このプログラムのバッジ
achievement-few-holders = 取得者は10人未満です
achievement-holders = 取得者：{ $count }人
