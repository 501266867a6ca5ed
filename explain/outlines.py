"""Which points of MediaPipe's face mesh outline which part of a face.

"Right" is the person's right, on the left of the picture. A part is the convex hull of its points.
"""

from __future__ import annotations

Outline = tuple[int, ...]

# fmt: off
RIGHT_EYEBROW: Outline = (46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
LEFT_EYEBROW: Outline = (276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
RIGHT_EYE: Outline = (226, 113, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25)
LEFT_EYE: Outline = (
    446, 342, 467, 260, 259, 257, 258, 286, 414, 463, 341, 256, 252, 253, 254, 339, 255,
)
NOSE: Outline = (168, 122, 351, 198, 420, 129, 358, 64, 294, 98, 327, 2, 1, 4)
LIPS: Outline = (
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
)
RIGHT_CHEEK: Outline = (116, 117, 118, 119, 120, 121, 47, 203, 206, 216, 207, 192, 213, 147, 123)
LEFT_CHEEK: Outline = (345, 346, 347, 348, 349, 350, 277, 423, 426, 436, 427, 416, 433, 376, 352)
CHIN: Outline = (
    18, 83, 313, 182, 406, 204, 424, 32, 262, 140, 369, 149, 378, 176, 400, 148, 377, 152,
)
FOREHEAD: Outline = (
    10, 109, 67, 103, 54, 21, 338, 297, 332, 284, 251, 70, 63, 105, 66, 107, 9, 336, 296, 334,
    293, 300,
)
FACE_OVAL: Outline = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)
# fmt: on

EYE_LINE: Outline = (33, 263)
NOSE_LINE: Outline = (2,)
