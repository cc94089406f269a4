# Receipts: what holders say that they used a badge for.

receipt-title = What you used this badge for
receipt-to-badge = Back to the badge
receipt-done = The receipt is given. Pass its address on to whoever is to read it.
receipt-give-title = Give a receipt
receipt-text = Did this badge help you? Say what for. Whoever you give the address to reads exactly what you see here, and you can take it back at any time. Your employer and the issuer see counts only, from ten people up; the count of a month that is over stays if you take yours back later.
receipt-used-for = Used for
receipt-used-on = On
receipt-receiver = Shown to
receipt-note = Note
receipt-issuer = Issued by
receipt-given = Given on
receipt-give = Give
receipt-revoke = Take back
receipt-link = Address for the other side
receipt-holds = Given by the holder
receipt-revoked = Taken back on { $date }
receipt-badge-revoked = The badge itself was revoked
receipt-refused = Choose what for, and a day between the award and today. A revoked badge has no receipts.
receipt-purpose-application = An application
receipt-purpose-internal-posting = An internal posting
receipt-purpose-assignment = An assignment
receipt-purpose-qualification = A qualification
receipt-purpose-other = Something else
receipt-public-title = Receipt for the use of a badge
receipt-public-text = The holder of the badge gave this receipt and sees the same. They can take it back; then it says so here.
