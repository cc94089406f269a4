# Badges that end, and how they are renewed.
expires-on = Valid until { $date }
expires-soon = Expires on { $date }
expired-on = Expired on { $date }
expiring-count = { $count ->
    [one] One badge has expired or expires within 90 days.
   *[other] { $count } badges have expired or expire within 90 days.
 }
renew = Renew
renew-of = Renew the badge of { $name }
learner-expired = This badge has expired
learner-renew = How to renew it
