"""Ordinary English words that are one letter away from a word of the vocabulary, and are no slip for it: coal, block.

Of the 16,000 most frequent English words (the package wordfreq) those that `reading.nearest` would mend, less those
that people who look for clothes are likelier to have meant otherwise (causal, heals).
"""

from __future__ import annotations

_WORDS = """
asserted bach back baker bench bernie bert blank blaze bleach block blown boats bolts bombed boogie books boost
booth bowie breach brow came camps carlo cheek chick chill chin china chopped chuck coal cooper daddy dairy daly
danny earning earnings exercised fare fats feared flags flame flawed flaws floats format former forrest genes genus
gets giles globe greed greek greene greet grove hiding hiring insulted jumped knicks kurt leon leonard line lines
lively lonely lose marion melanie melting officer oliver paid pain paint painted pans park parks part partly peace
pint pirates plan plants plates pleaded pleas pleased point pointed points porch preach pudding pulse pure purge
pursue related robbed rubbed ruining salon sayin scandal scandals scar scarce scare scars scary seats shakes shall
shapes shares shaw shawn sheep sheet shes shift shire shocking shocks shoots shops shouts shows sides silly
single skipper slices slid snacks sold sole sort speaker speakers spot spots spree sprint spying stacks stain starve
steer stoke stolen stone store stove strike strikes string strive sucks sued summary summed suspended sweets tape
think tick tracker trailers trailing trick tucker tweet violent welding while winger winner wished witch witches write
"""
ORDINARY = frozenset(_WORDS.split())
