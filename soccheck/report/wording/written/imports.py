"""What is written of cells and rows of imported lists that tell nothing."""

from __future__ import annotations

from soccheck.phrase import phrase

WRITTEN = (
    phrase("{file}, row {number}"),
    phrase("when it last reported is not said"),
    phrase("when it last reported cannot be told: {said}"),
    phrase("{day} is after it last reported, on {last}"),
    phrase("the cell has a colour and no text: write what the colour means"),
    phrase("the cell has no text, and a rule may give it a colour: write what the colour means"),
    phrase("the cell shows the error {error}"),
    phrase("the cell shows an error"),
    phrase("the cell is empty"),
    phrase("the cell looks like a secret"),
    phrase("{entry} has no meaning in the map"),
    phrase("nothing in the inventory is called {name}"),
    phrase("{name} may be several: {ids}"),
    phrase("{value} is not of type {type}"),
    phrase("{entry} names nothing"),
    phrase("{entry} refers to a note"),
    phrase("{entry} has no number yet"),
    phrase("{value} is no whole number"),
    phrase("{part} is more than {whole}: correct one of the two"),
    phrase("a spreadsheet made the day {day} of what was typed"),
    phrase("{day} is no day anything happened"),
    phrase("{day} is after the file was taken"),
    phrase("{text} is no length of time"),
    phrase("{text} is a day in none of the forms {forms}"),
    phrase("there is no day {value}"),
    phrase("{text} names a month, and the day is not said"),
    phrase("{day} may be day/month or month/day: {place} may be written in the other order"),
    phrase("{day} may be {other}, turned by the spreadsheet: {place} is a day written as text"),
    phrase("the entry is struck out, the whole of it or a part"),
    phrase("the form of the cell shows another text than it holds"),
    phrase("a formula whose value was not saved: open the file, save it, import it again"),
    phrase("a formula that takes its value from another file, or from what a text names"),
    phrase(
        "a formula that changes by itself, by the clock or at random: put in the value it should have"
    ),
    phrase(
        "a formula over cells, in a workbook whose formulas change by the clock: paste it as a value"
    ),
    phrase("a formula that is not understood: paste it as a value, or save the file as XLSX"),
    phrase(
        "merged over several rows, so whether each is meant is not said; "
        "the map can say it: rows: fill"
    ),
    phrase("nmap gave the machine up: it took too long"),
    phrase("no rule was decided: {counts}"),
    phrase("the profile was tailored: it asks what somebody left in it"),
)
