"""What holds for any pair: terms, methods and limits. To teach the chat a term, add a Line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chat.line import Line, unmarked
from chat.table_facts import title
from explain import EXPLAINERS

# One fact is one line, however long, so that the next one is easily added.
# fmt: off
# ruff: noqa: E501

TERMS = (
    Line("meaning of match", "What does match mean?",
        "The term match means [that a similarity score reaches the threshold], so that two faces count as one person; otherwise the term is non-match.",
        "A match means [that a similarity score reaches the threshold]; a non-match means that it does not."),
    Line("meaning of genuine", "What are genuine and impostor pairs?",
        "A genuine pair is [two photographs of one person]; an impostor pair is two photographs of different people.",
        "A genuine (mated) pair is [two photographs of one person]; an impostor (non-mated) pair is two photographs of different people."),
    Line("meaning of probe", "What are probe and gallery?",
        "The probe is [the photograph in question], here the first; the gallery photograph is the one it is held against, here the second."),
    Line("meaning of score", "What does a similarity score mean?",
        "A similarity score in general is [a number from -1 to 1 that says how alike two faces look to the model]; it is not a percentage.",
        "A similarity score in general is [the cosine of the angle between two embeddings, from -1 to 1]; it is not a probability."),
    Line("meaning of threshold", "What is a threshold for?",
        "A threshold in general is [the limit that a score has to reach] for two faces to count as one person.",
        "A threshold in general is [the score from which on a pair is called a match]; it trades false matches against false non-matches."),
    Line("meaning of operating point", "What does operating point mean?",
        "An operating point in general is [a threshold together with the share of mistakes it makes]."),
    Line("meaning of confidence", "What does the confidence value mean?",
        "A confidence in general means [how many of the pairs with such a score are what the decision says], out of equal numbers of both kinds; it says nothing certain about one pair.",
        "A confidence in general is [the PIC-score for a match and one minus the PIC-score for a non-match]; it describes pairs with such a score, not one pair."),
    Line("meaning of pic", "What is a PIC-score?",
        "PIC-score stands for Probabilistic Interpretable Comparison: [the share of same-person pairs among all pairs with such a score], equal numbers of both assumed.",
        "",
        "PIC-score stands for Probabilistic Interpretable Comparison: [the genuine density at a score divided by the sum of genuine and impostor densities], that is the posterior with equal priors (Neto et al. 2023)."),
    Line("meaning of likelihood ratio", "What is a likelihood ratio?",
        "A likelihood ratio says [how many times more likely a score is if both photographs show one person] than if they show two people."),
    Line("meaning of calibration", "What does calibration mean?",
        "Calibration means [learning from many known pairs how often a score belongs to one person], so that a score can be turned into a share."),
    Line("meaning of fmr", "What is the false match rate?",
        "The false match rate (FMR) is [the share of pairs of different people that are wrongly called a match]."),
    Line("meaning of fnmr", "What is the false non-match rate?",
        "The false non-match rate (FNMR) is [the share of pairs of one person that are wrongly called a non-match]."),
    Line("meaning of eer", "What is the equal error rate?",
        "The equal error rate (EER) is [the share of mistakes at the threshold where false matches and false non-matches are equally frequent]."),
    Line("meaning of undecided", "What does too close to call mean?",
        "The verdict 'too close to call' means [that the evidence is too weak for either answer], so that a person has to look."),
    Line("meaning of embedding", "What is an embedding?",
        "An embedding is [the list of numbers that the model turns a face into], made so that photographs of one person get similar lists."),
    Line("meaning of landmarks", "What are landmarks?",
        "Landmarks are [points such as eye centres, nose tip and mouth corners] that are found in each face.",),
    Line("meaning of alignment", "What does alignment do?",
        "Alignment [turns, moves and scales each face] until its eyes, nose and mouth are where the model expects them."),
    Line("meaning of xai", "What is explainable AI?",
        "Explainable AI (XAI) means [methods that show people why an artificial intelligence came to its result]."),
    Line("meaning of saliency", "What is a saliency map?",
        "A saliency map, also called a heatmap, is [a picture that shows which places of a face mattered] to the model.",
        "A saliency map, also called a heatmap, is [a picture that gives each place of a face its contribution to the score]."),
    Line("meaning of table", "How is the explainability table made?",
        "The explainability table is made like this: [the heatmap of each technique is cut into the face regions, and each region gets the level that most of its pixels have].",
        "The explainability table is made like this: [the range of each heatmap is divided into five equal intervals, and each region gets the interval that most of its pixels fall into]."),
    Line("meaning of levels", "What do the levels 1 to 5 mean?",
        "The levels in the table go from 1 to 5: [level 1 is the most important and level 5 the least important]."),
    Line("meaning of mean", "What does the mean column say?",
        "The mean column of the table is [the average of a region's levels over all techniques]; the lower it is, the more important the region."),
    Line("meaning of ones", "What does ratio of ones mean?",
        "The term ratio of ones means [the share of techniques that put a region at level 1]; the higher it is, the more important the region."),
    Line("meaning of left", "Whose left and right is meant?",
        "In the names of the regions, left and right mean [the person's own left and right], so the left eye is on the right side of the picture."),
    Line("method", "How does face recognition work?",
        "Face recognition in general works in steps: [find the face, align it, turn it into a list of numbers, and compare two such lists].",
        "Face recognition in general works in steps: [detect the face, align it, compute its embedding, and compare two embeddings by their cosine]."),
    Line("tool", "What is this program for?",
        "This program, facewhy, [compares two photographs of faces and explains the result] with maps, a table and answers to questions."),
)

ADVICE = (
    Line("trust", "Can I trust the result?",
        "Whether to trust the result is yours to judge: [take it as a hint and not as proof], look at the confidence, the quality of the photographs and the maps, and let a trained person check it.",
        "Whether to trust the result has to be judged by an examiner: [it supports an examination and does not replace it], so weigh it with the calibration, the quality of the photographs and your own analysis."),
    Line("mistake", "What should I do if the result is wrong?",
        "If the result is wrong or seems so, [do not act on it: try other photographs of better quality, and have a trained person compare the faces]."),
    Line("limits", "What can this system not do?",
        "The limits of this system: [it compares two faces and can do nothing else]; it cannot name anybody and cannot judge character, feelings or health."),
    Line("groups", "Does it work equally well for everybody?",
        "Accuracy differs between groups of people: [it can be lower for some ages, skin colours and sexes], depending on who was in the training data.",
        "Accuracy differs between demographic groups: [error rates can be higher for some ages, skin colours and sexes], depending on the training data."),
    Line("lookalikes", "Does it work for twins and people who look alike?",
        "Twins and people who look alike [can be taken for one person], because the system sees nothing but the photographs."),
    Line("bad photographs", "What makes a photograph hard to compare?",
        "Photographs are hard to compare when they are [blurred, dark, small, taken from the side, or when a mask, glasses or hair hide the face]."),
    Line("privacy", "What happens to my photographs?",
        "The photographs you give [stay on the machine that runs this page and are deleted within an hour]."),
)


def glossary(techniques: Iterable[str], palette: tuple[str, str]) -> Iterator[Line]:
    """All definitions.

    Args:
        techniques: Short names of the explainers in use; each gets its sentence.
        palette: Names of the colours for more and for less similar.
    """
    yield from TERMS
    yield from _maps(*palette)
    for name in techniques:
        if name in EXPLAINERS:
            does = unmarked(EXPLAINERS[name].sentence).rstrip(".")
            yield Line(f"meaning of {name}", f"How does {title(name)} work?",
                f"This is how the technique {title(name)} works: [{does}].",
                "",
                f"This is how the technique {title(name)} works: [{does}] ({unmarked(EXPLAINERS[name].citation).rstrip('.')}).")
    yield from ADVICE


def _maps(similar: str, dissimilar: str) -> Iterator[Line]:
    yield Line("images", "What are these output images?",
        "The output images are [heatmaps laid over the two faces], which show where the faces look alike to the model and where they do not.",
        "The output images are [saliency maps laid over the two aligned faces], which show what raised and what lowered the similarity score.")
    yield Line("colours", "What do the colours of the map mean?",
        f"The colours of the heatmaps mean: [{similar} places make the two faces more similar, {dissimilar} places make them less similar], and colourless places do not matter.")
