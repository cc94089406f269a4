# バッジのページ：画像、対応する能力、有効期間。

## 画像
picture-title = 画像
picture-intro = 画像は自動で描かれます。見た目を選ぶか、下でお手持ちの画像を使ってください。
picture-alt = バッジ「{ $name }」
picture-shown = でき上がりのバッジ
picture-shape = 形
picture-rings = 輪の数
picture-colour = 色
picture-icon = アイコン
picture-no-icon = なし
picture-text = 画像に入れる文字
picture-text-hint = 空欄の場合はバッジの名称が入ります
picture-preview = プレビュー
picture-own = 現在はお手持ちの画像を使用しています。ここで選んだ内容は、描かれた画像に戻すと表示されます。
shape-seal = シール
shape-circle = 円
shape-hexagon = 六角形
shape-shield = 盾
shape-square = 四角
shape-burst = スター
colour-teal = 青緑
colour-indigo = 藍
colour-green = 緑
colour-orange = 橙
colour-violet = 紫
colour-blue = 青
colour-pine = 松葉
colour-rose = 紅
colour-gold = 金茶
colour-slate = 墨
icon-star = 星
icon-cap = 角帽
icon-book = 本
icon-chart = グラフ
icon-code = コード
icon-people = 人々
icon-flag = 旗
icon-bulb = 電球
icon-gear = 歯車
icon-medal = メダル
icon-leaf = 葉
icon-shield = 盾
icon-speech = 対話
icon-globe = 地球
field-alt = 画像の説明
field-alt-hint = 画像を見られない方に読み上げられます。空欄の場合はバッジの名称になります

## お手持ちの画像
upload-title = お手持ちの画像
upload-intro = PNG、JPEG、SVG（5MBまで、64ピクセル以上）。正方形の画像が最もきれいに表示されます。
upload-label = ファイル
upload-button = この画像を使う
upload-drop = 描かれた画像に戻す
upload-no-file = 先にファイルを選択してください。
upload-too-large = ファイルが5MBを超えています。より小さいファイルを選択してください。
upload-no-picture = 画像として読み取れないファイルです。PNG、JPEG、SVGのいずれかを選択してください。
upload-script = この図にはスクリプトが含まれているため使用できません。スクリプトを除くか、PNGとして保存してください。
upload-drawing = この図には対応していない要素（埋め込み画像、フィルター、パターン、シンボルなど）が含まれています。PNGとして保存してください。
upload-pixels = 画像の縦と横は、それぞれ64〜6,000ピクセルにしてください。
done-picture = お手持ちの画像に切り替えました。
done-drawn = 描かれた画像に戻しました。

## 有効期間
validity-title = 有効期間
validity-label = 有効期間（月数）
validity-hint = 空欄の場合は無期限です。すでに授与されたバッジの期限は変わりません。
field-renewal = 更新の方法
badge-validity-wrong = 有効期間は1〜1,200か月で入力するか、空欄にしてください。
criteria-renewal = 更新：{ $renewal }

## 能力
competencies-title = 対応する能力
competencies-intro = このバッジを持つ人ができることを、能力体系の項目で示します。今後授与されるバッジに記載され、授与済みのバッジもレポートで集計されます。
competencies-none = まだ選択されていません。
competencies-search = 能力体系から検索
competencies-search-hint = 名称またはコード
competencies-find = 検索
competencies-found = 検索結果
competencies-not-found = 読み込まれている能力体系に、該当する項目はありません。
competencies-not-loaded = 能力体系がまだ読み込まれていません。管理者が取り込むことができます。
competencies-add = 選択
competencies-add-one = { $name }を選択
competencies-remove = 外す
competencies-remove-one = { $name }を外す
competencies-back = バッジに戻る
competencies-many = 1つのバッジに選択できる能力は20件までです。
done-competencies = 対応する能力を保存しました。
