"""The first three letters of months, in Portuguese and English."""

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan",
            "fev feb",
            "mar",
            "abr apr",
            "mai may",
            "jun",
            "jul",
            "ago aug",
            "set sep",
            "out oct",
            "nov",
            "dez dec",
        ),
        1,
    )
    for word in words.split()
}
