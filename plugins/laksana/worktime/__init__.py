"""Working time: a dated table of hours, days off, due times, elapsed working minutes; it refuses to look at a clock."""
