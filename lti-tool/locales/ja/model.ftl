# コンピテンシーモデル（レベル、国家試験、閲覧範囲）に関する文言。

model-levels = レベル
model-level-named = レベル{ $level }「{ $name }」
model-level-badges = バッジ{ $count }種類
model-examination = 国家試験：
model-examination-linked = 受験準備のバッジ{ $prepare }種類、合格を認定するバッジ{ $recognise }種類
model-visibility = 閲覧できる範囲
model-visibility-text = 閲覧できる範囲は、データベースの側で制限されます。氏名を閲覧すると監査証跡に記録されます。バッジの保有者も、本人の個人データのページで同じ文を確認できます。
model-nobody = このページでは、誰がバッジを保有しているかは誰にも表示されません。表示するのは人数だけです。
model-sees = { $viewer }は、レベル{ $level }以上のバッジの保有者を氏名で確認できます。
model-sees-population = { $viewer }は、レベル{ $level }以上のバッジの保有者を氏名で確認できます（対象：{ $population }）。
model-viewer-report-reader = レポート閲覧者
model-viewer-programme-owner = プログラム責任者
model-viewer-administrator = 管理者
model-database-role = データベースロール「{ $role }」のメンバー
model-end = 終了
model-end-rule = この設定を終了：{ $rule }
model-see = 保有者を表示
model-give-title = 閲覧を許可
model-viewer = 閲覧する人
model-or-database-role = またはデータベースのロール
model-from-level = 対象のバッジ
model-level-and-higher = レベル{ $level }以上
model-everybody = 全員
model-give = 許可
model-holders = バッジの保有者
model-holders-kept = この一覧を閲覧したことは監査証跡に記録されます。
model-holders-search = 氏名・ID・バッジ名
model-holders-count = { $count ->
    [0] 該当なし
   *[other] { $count }件
}
model-all-levels = すべてのレベル
model-no-holders = 閲覧できる保有者がいないか、該当するバッジの保有者がいません。
model-column-person = 氏名
model-column-since = 取得日
