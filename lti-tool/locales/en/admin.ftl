# Texts of the administrator’s pages.
