# 利用レシート（バッジを何に活用したかを保有者が伝える記録）に関する文言。

receipt-title = このバッジの活用記録
receipt-to-badge = バッジに戻る
receipt-done = 活用記録を作成しました。見せたい相手にアドレスを伝えてください。
receipt-give-title = 活用記録を作成
receipt-text = このバッジが役に立った場面を記録できます。アドレスを伝えた相手には、ここに表示される内容とまったく同じものが表示され、いつでも取り消せます。勤務先や発行者には、10人以上の場合の人数だけが表示されます。終わった月の人数は、後から取り消しても変わりません。
receipt-used-for = 用途
receipt-used-on = 利用日
receipt-receiver = 提示先
receipt-note = メモ
receipt-issuer = 発行者
receipt-given = 作成日
receipt-give = 作成
receipt-revoke = 取り消す
receipt-link = 相手に伝えるアドレス
receipt-holds = 保有者が作成
receipt-revoked = { $date }に取り消し
receipt-badge-revoked = バッジ自体が取り消されています
receipt-refused = 用途と、授与日から今日までの日付を入力してください。取り消されたバッジの活用記録は作成できません。
receipt-purpose-application = 応募
receipt-purpose-internal-posting = 社内公募
receipt-purpose-assignment = 配属・案件
receipt-purpose-qualification = 資格・認定
receipt-purpose-other = その他
receipt-public-title = バッジの活用記録
receipt-public-text = バッジの保有者がこの記録を作成し、本人にも同じ内容が表示されています。取り消された場合は、ここにその旨が表示されます。
