# The badge page: its picture, what it stands for, how long it is valid.

## The picture
picture-title = Picture
picture-intro = It is drawn for you. Choose what it looks like, or use a picture of your own below.
picture-alt = Badge “{ $name }”
picture-shown = The badge as it will look
picture-shape = Shape
picture-rings = Rings
picture-colour = Colour
picture-icon = Icon
picture-no-icon = None
picture-text = Words on the picture
picture-text-hint = Empty: the badge’s name
picture-preview = Preview
picture-own = Your own picture is in use. What you choose here is shown as soon as you go back to the drawn one.
shape-seal = Seal
shape-circle = Circle
shape-hexagon = Hexagon
shape-shield = Shield
shape-square = Square
shape-burst = Star burst
colour-teal = Teal
colour-indigo = Indigo
colour-green = Green
colour-orange = Orange
colour-violet = Violet
colour-blue = Blue
colour-pine = Pine
colour-rose = Rose
colour-gold = Gold
colour-slate = Slate
icon-star = Star
icon-cap = Graduation cap
icon-book = Book
icon-chart = Chart
icon-code = Code
icon-people = People
icon-flag = Flag
icon-bulb = Light bulb
icon-gear = Gear
icon-medal = Medal
icon-leaf = Leaf
icon-shield = Shield
icon-speech = Speech
icon-globe = Globe
field-alt = What the picture shows
field-alt-hint = Read aloud to people who cannot see it. Empty: the badge’s name

## A picture of one’s own
upload-title = A picture of your own
upload-intro = PNG, JPEG or SVG, up to 5 MB and at least 64 pixels. Square pictures look best.
upload-label = File
upload-button = Use this picture
upload-drop = Go back to the drawn picture
upload-no-file = Please choose a file first.
upload-too-large = The file is larger than 5 MB. Please choose a smaller one.
upload-no-picture = This file is not a picture that can be read. Please choose a PNG, JPEG or SVG file.
upload-script = This drawing contains scripts, which are not allowed in a badge. Please save it without them, or as PNG.
upload-drawing = This drawing uses parts that are not supported (such as embedded pictures, filters, patterns or symbols). Please save it as PNG.
upload-pixels = The picture must have between 64 and 6,000 pixels on each side.
done-picture = Your picture is in use now.
done-drawn = The drawn picture is in use again.

## Validity
validity-title = Validity
validity-label = Valid for (months)
validity-hint = Empty: for ever. Badges that were awarded before keep their date.
field-renewal = How it is renewed
badge-validity-wrong = The validity is a number of months from 1 to 1,200, or empty.
criteria-renewal = Renewal: { $renewal }

## Competencies
competencies-title = Competencies
competencies-intro = What somebody with this badge can do, in the words of a framework. New badges carry it; reports count it for earlier ones too.
competencies-none = None chosen yet.
competencies-search = Search the frameworks
competencies-search-hint = By name or code
competencies-find = Search
competencies-found = Found
competencies-not-found = No competency of the loaded frameworks has these words.
competencies-not-loaded = No frameworks are loaded yet. An administrator can import them.
competencies-add = Choose
competencies-add-one = Choose { $name }
competencies-remove = Remove
competencies-remove-one = Remove { $name }
competencies-back = Back to the badge
competencies-many = A badge stands for at most 20 competencies.
done-competencies = The competencies were saved.
