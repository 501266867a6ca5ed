"""Is this English? Enough to say politely that nothing else is read."""

from __future__ import annotations

import re

# Words that are frequent in another language and are no English words.
FOREIGN = {
    "German": "ist sind wie warum welche welcher welches wer ich sie das der und nicht ein eine "
    "einen sicher dein deine diese dieser dieses gesicht entscheidung bedeutet wieso kann wird zu",
    "Dutch": "wat hoe waarom zijn het een niet deze dit beslissing zeker wie waar",
    "French": "est quel quelle quels quelles pourquoi comment qui vous êtes tu je les des une dans "
    "ce cette c'est qu'est sont visage décision sûr pas avec combien",
    "Spanish": "qué que cuál cual cómo como quién por el los las es está estás una esta este "
    "decisión cara seguro porque puedo",
    "Portuguese": "qual quem são não você decisão rosto isso",
    "Italian": "è perché quale quali chi sei sicuro decisione il gli della di questo questa volto",
    "Polish": "jest jaka jaki dlaczego czy nie jak się",
    "Swedish, Danish, Norwegian": "är vad hur varför och inte det hva hvordan hvorfor er ikke og",
    "Turkish": "nedir neden kim bu bir",
    "Indonesian": "apa bagaimana siapa ini adalah",
}
ENGLISH = (
    "a an the is are was were be been do does did what which who whose where when why how can "
    "could should would will may and or not of to in on for with from by about this that these "
    "those it its they them you your i me my we he she his her same person decision please tell "
    "give show explain much many more most least there if so as at than"
)

_FOREIGN = frozenset(" ".join(FOREIGN.values()).split())
_ENGLISH = frozenset(ENGLISH.split())
_BEYOND_LATIN = "\u024f"


def is_english(message: str) -> bool:
    """Whether a message is likely to be English; fragments get the benefit of the doubt."""
    letters = [letter for letter in message if letter.isalpha()]
    if not letters:
        return True
    if sum(letter > _BEYOND_LATIN for letter in letters) > len(letters) / 3:
        return False
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", message.lower())
    foreign = sum(word in _FOREIGN for word in words)
    english = sum(word in _ENGLISH for word in words)
    return foreign == 0 or foreign <= english
