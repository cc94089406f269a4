# Texts of the pages that everybody may see.

## Public credential
credential-revoked-because = Reason: { $reason }
credential-issued-by = Issued by
credential-issued-on = Issued on
credential-expires = Valid until
credential-never-expires = No expiry date
credential-criteria = How it is earned
credential-issuer-id = Issuer’s identifier
credential-checks = How we checked
credential-checks-intro = Each check was made just now, from the signed badge itself.
credential-download = Badge (JSON)
credential-download-older = Open Badges 2.0 (JSON)
credential-older = For backpacks that know only Open Badges 2.0; they ask for this address:
credential-privacy = The holder is named in this badge only by a fingerprint of their identity.
check-document-readable = The badge can be read
check-contexts = It uses the Open Badges vocabulary
check-types = It is an achievement credential
check-mandatory-properties = Nothing that is required is missing
check-proof-present = It carries a digital signature
check-proof-purpose = The signature was made for this purpose
check-verification-method = The signing key is known
check-assertion-method = The key may sign badges
check-issuer-controls-key = The key belongs to the issuer
check-signature = Nothing was changed since it was signed
check-refresh = A newer version was looked for
check-status = No revocation list speaks against it
check-valid-from = Its validity has begun
check-valid-until = It has not expired
check-endorsements = Its endorsements hold
check-issuer-known = The issuer is trusted here
check-key-valid-when-signed = The key was valid when the badge was signed
check-record = The issuer has not revoked it
result-passed = Passed
result-failed = Failed
result-skipped = Not needed
result-unknown = Could not tell

## Public achievement and front door
achievement-of = A badge of { $issuer }
home-title = Badges that anybody can check
home-text = { $issuer } awards digital badges for completed courses with this tool. Open it from inside a course of your learning platform.
home-verify = Do you have a badge, or the link of one?
