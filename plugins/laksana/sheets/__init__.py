"""An SOP on paper and on the public page."""
