# 教員ページの文言。

## 編集されるまでのバッジの文言
default-badge-name = 「{ $course }」修了
default-badge-description = コース「{ $course }」を修了したことを証明します。
default-badge-criteria = コース「{ $course }」を修了し、担当教員の確認を受けること。

## 教員
tab-awards = 授与
tab-badge = バッジ
tabs-label = このコースのページ
progress = 受講者{ $total }人中{ $awarded }人が取得済み
badge-public-page = バッジの公開ページ
edit-badge = バッジを編集
learners-title = 受講者
search-label = 受講者を検索
search-placeholder = 名前で検索
groups-label = グループ
groups-all = 全員
pager-label = 一覧のページ
pager-before = 前へ
pager-after = 次へ
pager-place = { $pages }ページ中{ $page }ページ
search-none = 該当する受講者はいません。
filter-label = 絞り込み
filter-everybody = すべての状態
filter-show = 表示
filter-none = この状態の人はいません。
filter-without = 未授与
filter-approval = 承認待ち
filter-qualifies = 条件を満たしている
filter-nearly = 達成途中
filter-blocked = 授与できない
filter-queued = 授与の処理中
filter-given-up = 授与できなかった
filter-awarded = 取得済み
filter-ending = まもなく期限切れ
filter-ended = 期限切れ
filter-review = 要確認
filter-revoked = 取り消し済み
select-all = 未取得の受講者をすべて選択
select-learner = { $name }さんを選択
column-learner = 受講者
column-status = 状態
column-email = メールアドレス
column-id = ID
column-date = 授与日時
column-why = 理由
status-has = 取得済み
export-list = 一覧をダウンロード（CSV）
column-action = 操作
learner-nameless = 受講者 { $id }
award-selected = 選択した受講者に授与
award-everybody = 未授与の{ $count }人全員に授与
award-one = 授与する
award-one-to = { $name }さんに授与する
award-again = 再授与する
award-again-to = { $name }さんに再授与する
status-none = 未授与
status-awarded = { $date }に授与
status-revoked = 取り消し済み
status-left = コースから離脱
open-credential = 表示
open-credential-of = { $name }さんのバッジを表示
revoke = 取り消す
revoke-of = { $name }さんのバッジを取り消す
revoke-reason = 理由（公開されます）
revoke-confirm = バッジを取り消す
done-awarded = { $awarded ->
    [0] 新しく授与された受講者はいません。
   *[other] { $awarded }人にバッジを授与しました。
 } { $kept ->
    [0] { "" }
   *[other] { $kept }人はすでに取得済みです。
 }
done-none = 先に受講者を選択してください。
done-revoked = バッジを取り消しました。再び授与することもできます。
done-saved = バッジを保存しました。すでに授与されたバッジの内容は変わりません。
column-add = 成績表に列を追加
column-made = 成績表にこのバッジの列があります。バッジを持つ受講者には満点が記入されます。
column-failed = 成績表に列を追加できませんでした。学習プラットフォームが拒否したか、応答しませんでした。しばらくしてからもう一度お試しになるか、このツールに列の管理が許可されているか管理者に確認してください。
scores-failed = { $count }件の評点を成績表に記入できませんでした。LMSに受け付けられませんでした。
scores-waiting = { $count }件の評点が成績表への記入を待っています。自動的に再試行します。
reading-title = 受講者の一覧を読み込んでいます
reading-text = LMSから少しずつ届きます。読み込みが終わると自動的に表示されます。
reading-count = これまでに{ $count }人
roster-empty-title = 受講者はまだいません
roster-empty-text = 受講者がこのコースに登録されると、ここに表示されます。
roster-not-offered-title = 受講者名簿がこのツールに共有されていません
roster-not-offered-text = このツールの「名前とロールの提供（Names and Role Provisioning）」を有効にするよう、管理者に依頼してください。
roster-failed-title = 現在、受講者名簿を取得できません
roster-failed-text = 学習プラットフォームから正しい応答がありませんでした。しばらくしてからページを再読み込みしてください。
roster-cut = コースのメンバーが、このツールの読み取り上限を超えています。表示と授与の対象は、最初の{ $limit }人だけです。ツールの運用者に設定outbound.max_membersの引き上げを依頼してください。

## バッジの編集
badge-form-title = バッジの内容
badge-form-intro = 英語、日本語、または両方で入力してください。入力した言語はすべてバッジに記載されます。
field-english = 英語
field-japanese = 日本語
field-name = 名称
field-description = 説明
field-criteria = 取得条件
save-badge = バッジを保存
cancel = キャンセル
badge-name-missing = バッジの名称をいずれかの言語で入力してください。
badge-description-missing = バッジの説明をいずれかの言語で入力してください。
badge-criteria-missing = バッジの取得条件をいずれかの言語で入力してください。
badge-text-long = 名称は200文字、その他の項目はそれぞれ4,000文字までです。
