# Texts for the holder of a badge: accepting, sharing, where it goes.

share-title = Your badge
share-offer-title = This badge is yours: would you like to share it?
share-shared-title = Shared
share-visible-nobody = Only you and the instructors of the course see this badge; nobody else does until you share it.
share-visible-all = Everybody who has the link sees this badge and can check it; it shows neither your name nor your e-mail address.
share-revoked = It was revoked, so it cannot be shared.
share-declined-title = You declined this badge
share-declined = Nobody is shown it. If you change your mind, you can still accept it.
share-press = Share
share-accept = Accept and keep it to myself
share-accept-after-all = Accept it after all
share-decline = Decline
share-done = Your badge has a public page now. Send its link to whomever you like.
share-link = Link to your badge
share-copy = Copy
share-copied = Copied
share-open = Open the public page
share-linkedin = Add to LinkedIn profile
share-mail = Send by e-mail
share-letter = Text for an e-mail
share-code = QR code of the link
share-stop = Stop sharing
share-mail-subject = My badge: { $name }
share-mail-text =
    I have earned the badge “{ $name }” of { $issuer }.

    Here you can look at it and check that it is genuine:
    { $url }
