"""HDF5 of PyTables and pandas, which keep harmless objects as pickles: in attributes, in rows, in whole columns."""
import datetime

import numpy


def write_tables(forge):
    import pandas
    for name, frame in frames(pandas).items():
        for kind in ("fixed", "table"):
            for options in ({}, {"complib": "zlib", "complevel": 1}, {"complib": "zlib", "complevel": 9}, {"data_columns": True}):
                path = forge.path("-".join([name, kind, *(str(value) for value in options.values())]) + ".h5")
                try:
                    frame.to_hdf(path, "frame", format=kind, **options)
                except (TypeError, ValueError, NotImplementedError, AttributeError):
                    # Not every kind of column goes into every kind of file; what was begun is still a file.
                    continue
    nodes(forge)


def frames(pandas):
    numbers = numpy.arange(12.0).reshape(4, 3)
    days = pandas.date_range("2026-01-01", periods=4, tz="Europe/Madrid", freq="D", name="when")
    return {
        "numbers": pandas.DataFrame(numbers), "named": pandas.DataFrame(numbers, columns=["a", "b", "ü"]), "texts": pandas.DataFrame({"a": ["x", "yy", None, "z."], "b": ["1.", "2", "3", "N."]}),
        "days": pandas.DataFrame(numbers, index=days), "business": pandas.DataFrame({"x": range(4)}, index=pandas.date_range("2026-01-01", periods=4, freq="B")),
        "hours": pandas.DataFrame({"d": pandas.to_timedelta(range(4), "h"), "t": pandas.date_range("2026-01-01", periods=4)}), "months": pandas.DataFrame({"x": range(4)}, index=pandas.period_range("2026-01", periods=4, freq="M")),
        "levels": pandas.DataFrame(numbers, index=pandas.MultiIndex.from_product([["a", "b"], [1, 2]], names=["k", "l"])), "columns": pandas.DataFrame({("a", "b"): [1, 2], ("a", "c"): ["x", "y"]}),
        "kinds": pandas.DataFrame({"c": pandas.Categorical(list("abab")), "x": range(4)}), "truth": pandas.DataFrame({"t": [True, False] * 2, "m": [True, None] * 2}),
        "objects": pandas.Series([{"a": 1}, [1, (2, 3)], datetime.date(2026, 1, 1), None], name="o", dtype=object), "stamps": pandas.Series([pandas.Timestamp("2026-01-01", tz="UTC"), pandas.Timedelta("1h"), numpy.float32(3)], dtype=object),
        "series": pandas.Series(["a", "b"], name="s"), "whole": pandas.Series(range(5), name=("a", 1)), "many": pandas.Series([f"word {index}" for index in range(5000)]), "none": pandas.DataFrame({"a": []}),
    }


def nodes(forge):
    import tables

    class Row(tables.IsDescription):
        number = tables.Int32Col()
        text = tables.StringCol(16)
        vector = tables.Float32Col(shape=(3,))

    for filters in (None, tables.Filters(1, "zlib"), tables.Filters(9, "zlib", shuffle=False), tables.Filters(5, "zlib", shuffle=True)):
        with tables.open_file(forge.path(f"nodes-{filters.complevel if filters else 'none'}.h5"), "w", title="A file of mine.", filters=filters) as file:
            root = file.root
            for name, value in {
                "object": {"a": [1, (2, 3)]}, "text": "done.", "unit": "a.u.", "dot": ".", "number": numpy.float64(3), "complex": 1 + 2j, "list": ["a", "b"], "set": {1, 2}, "none": None, "date": datetime.date(2026, 1, 1),
                "array": numpy.arange(3), "texts": numpy.array([b"N.", b"I1\n."]), "long": "word\n" * 5000, "bytes": b"bytes.", "type": numpy.dtype("f4"), "slice": slice(1, 2), "truth": True,
            }.items():
                setattr(root._v_attrs, name, value)
            rows = file.create_vlarray("/", "rows", tables.ObjectAtom())
            for index in range(500):
                rows.append({"index": index, "array": numpy.arange(index % 7)})
            file.create_vlarray("/", "texts", tables.VLStringAtom()).append(b"N.")
            file.create_vlarray("/", "words", tables.VLUnicodeAtom()).append("ünd.")
            file.create_vlarray("/", "numbers", tables.Int32Atom()).append([1, 2, 3])
            file.create_vlarray("/", "bytes", tables.UInt8Atom()).append([0x80, 4, 0x4E, 0x2E])
            file.create_earray("/", "grows", tables.UInt8Atom(), (0,)).append(numpy.random.RandomState(1).randint(0, 255, 5000).astype("u1"))
            file.create_array("/", "list", ["N.", "I1\n."], "A list of texts.")
            table = file.create_table("/group", "table", Row, "Rows.", createparents=True)
            for index in range(20):
                table.row["number"], table.row["text"] = index, b"cposix\nsystem" if index == 3 else b"x."
                table.row.append()
            table.cols.number.create_index()
            table.attrs.where = "cosine\nsimilarity of two."
