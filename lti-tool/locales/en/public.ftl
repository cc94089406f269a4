# Texts about whether to believe a badge: the verification page, the words of its verdict, and what a badge says.

## Verdicts: a sentence, and what to make of it
verdict-valid = This badge is genuine and valid
verdict-valid-meaning = The issuer that it names has signed it, nothing was changed since, and it still stands.
verdict-stranger = This badge is genuine and valid; its issuer is not known here
verdict-stranger-meaning = Whoever owns the issuer’s identifier below has signed it, and nothing was changed since. Look at the identifier: is it whom you expect?
verdict-revoked = This badge was revoked
verdict-revoked-meaning = It is genuine, but its issuer has taken it back. It does not count any more.
verdict-suspended = This badge is suspended
verdict-suspended-meaning = It is genuine, but its issuer has suspended it for the time being. Ask the holder or the issuer.
verdict-expired = This badge has expired
verdict-expired-meaning = It is genuine, but its validity has ended. The holder may have a newer one.
verdict-early = This badge is not valid yet
verdict-early-meaning = It is genuine, but its validity begins on a later day.
verdict-altered = This badge was altered, or somebody else signed it
verdict-altered-meaning = The signature does not fit what the badge says. Do not believe it; ask the holder for the original.
verdict-unsigned = This badge carries no signature
verdict-unsigned-meaning = Anybody could have written it. Ask the holder for the file or the link from the issuer.
verdict-key = The key that signed this badge is not the issuer’s
verdict-key-meaning = The issuer does not publish that key, or it was not valid at that time. Do not believe the badge before the issuer confirms it.
verdict-mismatch = Somebody other than the named issuer signed this badge
verdict-mismatch-meaning = The key belongs to another than the issuer that the badge names. Do not believe it.
verdict-malformed = This is not an Open Badge, or it is damaged
verdict-malformed-meaning = What was sent cannot be read as a badge. Ask the holder for the original file or link.
verdict-endorsement = Somebody is said to vouch for this badge, and does not
verdict-endorsement-meaning = The badge carries an endorsement that does not hold. Do not rely on it.
verdict-unsupported = This badge is signed in a way that cannot be checked here
verdict-unsupported-meaning = It may be genuine. Ask the issuer, or try another verifier.
verdict-documents = This badge could not be confirmed
verdict-documents-meaning = Something that its issuer should publish could not be fetched. It may be genuine; try again later, or ask the issuer.
verdict-status = Whether this badge was revoked could not be found out
verdict-status-meaning = It is signed, but the issuer’s list of revoked badges cannot be relied on. Ask the issuer.
verdict-other = This badge could not be confirmed
verdict-other-meaning = The checks below say what was found.

## What a badge says
credential-criteria-link = The criteria at the issuer
credential-alignments = What it stands for
credential-evidence = What was done for it
credential-files = Keep a copy
credential-download-jwt = Token (JWT)
credential-download-png = Picture with the badge inside (PNG)
credential-download-svg = The same as SVG

## Verification page
verify-title = Check a badge
verify-intro = Whoever issued it: bring a digital badge, and see at once whether it is genuine and still stands.
verify-file = The badge as a file
verify-file-hint = JSON, a token, or a PNG or SVG picture with a badge inside; at most 5 MB.
verify-drop = Or drop the file anywhere on this page.
verify-text = Or its link, or its text
verify-press = Check
verify-privacy = Nothing is kept of what you bring or who you are. If the issuer’s documents are needed, only they are fetched; the issuer sees this site ask, not you.
verify-says = The badge says
verify-claims = What it claims, unconfirmed
verify-checks-intro = Each check was made just now.
verify-another = Check another badge
verify-nothing = Choose a file, or paste a link or the text of a badge.
verify-too-long = That is more than 5 MB; a badge is smaller.
verify-unreadable = Your browser’s form could not be read; please try again.
verify-no-badge = There is no badge in it: it is neither JSON, nor a token, nor a link, nor a PNG or SVG picture.
verify-empty-picture = This picture holds no badge; ask for the file that was downloaded from the issuer.
verify-no-badge-there = There is no badge at this link; download the badge there and bring the file.
verify-link-refused = This link is not followed: only public addresses with https are.
verify-link-silent = Nobody answers at this link; try again later, or bring the file.
verify-not-shared = Its holder does not share this badge at the moment; ask them for the file, or to share it.
verify-busy = Many badges are being checked at the moment; please try again in a minute.

## Documents that could not be had
missing-title = What could not be fetched
missing-text = The answer depends on these documents of the issuer.
missing-address = This is no address.
missing-here = This site publishes no such document.
missing-slow = It did not come in time.
missing-many = The badge needs more documents than are fetched for one.
missing-other = What is there is no document, or too long.
missing-plain = The address is not https.
missing-private = The address is not public.
missing-gone = The site does not have it.
missing-silent = The site does not answer.

## A badge that its holder keeps to themselves
not-shared-title = This badge is not shared
not-shared-text = Its holder keeps it to themselves at the moment.
not-shared-holder = Is it yours? Open the badge from inside your course and share it.
not-shared-file = Did the holder send you the file? You can check it here:

## Issuer, programme, achievement
issuer-title = Issuer of badges
issuer-achievements = Badges
issuer-no-achievements = No badge has been awarded yet.
programmes-title = Programmes
programme-title = Programme
programme-by = Offered by
programme-when = When
programme-from-to = { $first } to { $last }
programme-from = From { $first }
programme-to = Until { $last }
programme-audience = For
programme-achievements = Badges of this programme
achievement-few-holders = Fewer than ten people have this badge
achievement-holders = { $count } people have this badge
