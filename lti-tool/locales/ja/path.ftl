# プログラムの学習経路に関する文言（受講者向け・運営者向け）。

path-list-title = プログラム
path-to-mine = マイバッジ
path-to-list = プログラム一覧
path-own = 参加中のプログラム
path-others = その他のプログラム
path-none = プログラムはまだありません。
path-title = 学習経路
path-stage = 第{ $stage }段階
path-stage-named = 第{ $stage }段階「{ $name }」
path-milestone = マイルストーン
path-earned = バッジ{ $steps }個のうち{ $earned }個を取得
path-earned-on = { $date }に取得
path-lapsed = { $date }に取得（期限切れ）
path-next = 次のステップ：
path-next-mark = 次のステップ
path-complete = このプログラムのバッジをすべて取得しました
path-leads-to = 次につながるバッジ：
path-standing = { $ahead ->
    [0] { $people }人の中で、あなたより多くのバッジを取得した人はいません。
   *[other] { $people }人のうち{ $ahead }人が、あなたより多くのバッジを取得しています。
}

## ステップの目的
path-purpose-start = はじめる
path-purpose-understand = 理解する
path-purpose-apply = 実践する
path-purpose-continue = 次へ進む

## 運営者向け
path-progress = 段階別の進捗
path-progress-text = 開始：その段階のバッジを1個以上取得。完了：その段階のバッジをすべて取得。現在の段階：より上の段階のバッジは未取得。取り消されたバッジは含みません。複数の人材区分に属する人は、それぞれの区分で数えます。
path-column-stage = 段階
path-column-people = 対象者
path-column-began = 開始
path-column-finished = 完了
path-column-furthest = 現在の段階
path-all-people = 全員
path-open-ended = 期間の設定なし
path-standing-title = 他の参加者との比較
path-standing-shown = 10人以上いる場合に、本人より多くのバッジを取得した人数だけを本人に表示します。氏名は表示しません。
path-standing-not-shown = 比較は行いません。
path-change = 期間と比較の設定
path-first-day = 開始日
path-last-day = 終了日
path-tell-standing = 本人より多くのバッジを取得した人数を本人に表示する（氏名は表示しない）
path-save = 保存
path-done-changed = プログラムを変更しました。
path-done-added = バッジをこのプログラムのステップにしました。
path-done-removed = バッジをこのプログラムから外しました。取得済みのバッジはそのまま残ります。

## コースのバッジをステップにする
path-courses = コースのバッジ
path-courses-text = コースで授与されるバッジをステップにできます。コースでバッジを取得すると、そのステップは完了です。種類・レベル・標準学習時間はバッジに属し、このプログラムから外した後も、すべてのレポートに反映されます。
path-no-course-step = このプログラムには、コースのバッジがまだありません。
path-step-number = 学習経路の{ $place }番目
path-hours = 標準学習時間：{ $hours }時間
path-take-away = 外す
path-take-away-of = { $name }をこのプログラムから外す
path-add-course = コースのバッジを追加
path-search = コース・バッジ・プラットフォーム
path-more-courses = 表示しきれないコースがあります。検索してください。
path-no-course = バッジのあるコースはまだありません。担当教員がコースでこのツールを開くと、バッジができます。
path-none-found = 該当するコースはありません。
path-course = バッジとコース
path-course-choice = { $name }（{ $course }）
path-place = 学習経路での位置
path-place-last = 段階の最後
path-place-before = { $place }番目（{ $name }の前）
path-purpose = 目的
path-purpose-none = 指定なし
path-level = レベル（省略可）
path-nominal-hours = 標準学習時間（時間）
path-add = 追加
