"""Formats of their own: ONNX with every operator and element type, HDF5 by every version, layout and kind of data, XGBoost's two."""
import json

import numpy

MATRIX = numpy.random.RandomState(1).rand(20, 20).astype("f4")


def write_onnx(forge):
    import onnx
    from onnx import TensorProto, defs, helper, mapping, numpy_helper
    float32 = TensorProto.FLOAT

    def value(name, kind=float32, shape=(None,)):
        return helper.make_tensor_value_info(name, kind, list(shape))

    def graph(*nodes, inputs=("x",), outputs=("y",), **more):
        return helper.make_graph(list(nodes), "g", [value(name) if isinstance(name, str) else name for name in inputs], [value(name) if isinstance(name, str) else name for name in outputs], **more)

    def model(made, domains=(), functions=(), metadata=None):
        whole = helper.make_model(made, opset_imports=[helper.make_opsetid("", 15), *(helper.make_opsetid(*domain) for domain in domains)], functions=list(functions), producer_name="honest")
        helper.set_model_props(whole, metadata or {})
        return whole

    node = helper.make_node
    identity = graph(node("Identity", ["x"], ["y"]))
    models = {"plain": model(identity, metadata={"author": "a", "labels": json.dumps({"0": "a"}), "é": "ü", "long": "x" * 5000})}
    versions = {"ai.onnx.ml": 3, "ai.onnx.preview.training": 1}
    # What an attribute must have, by its type.
    samples = {1: 1.0, 2: 1, 3: "x", 4: helper.make_tensor("t", float32, [1], [1.]), 5: identity, 6: [1.0], 7: [1], 8: ["x"]}
    for schema in defs.get_all_schemas():
        attributes = {name: samples[int(attribute.type.value)] for name, attribute in schema.attributes.items() if attribute.required and int(attribute.type.value) in samples}
        inputs, outputs = [f"i{number}" for number in range(min(len(schema.inputs), 8))], [f"o{number}" for number in range(max(1, len(schema.outputs)))]
        domains = [(schema.domain, versions.get(schema.domain, 1))] if schema.domain else []
        models[f"operator-{schema.domain}-{schema.name}"] = model(graph(node(schema.name, inputs, outputs, domain=schema.domain, **attributes), inputs=inputs, outputs=outputs), domains)
    for kind, numbers in mapping.TENSOR_TYPE_TO_NP_TYPE.items():
        weight = helper.make_tensor("w", kind, [2], [b"a", b"b"] if kind == TensorProto.STRING else [1, 0])
        models[f"kind-{kind}"] = model(graph(node("Identity", ["w"], ["y"]), inputs=[], outputs=[value("y", kind)], initializer=[weight]))
        if kind not in (TensorProto.STRING, TensorProto.BFLOAT16):
            models[f"raw-{kind}"] = model(graph(node("Identity", ["w"], ["y"]), inputs=[], outputs=[value("y", kind)], initializer=[numpy_helper.from_array(numpy.ones((2, 2), numbers), "w")]))
    for name, constant in {"value_float": 1.5, "value_int": 3, "value_string": "s", "value_floats": [1., 2.], "value_ints": [1], "value_strings": ["a"]}.items():
        models[f"constant-{name}"] = model(graph(node("Constant", [], ["y"], **{name: constant}), inputs=[]))
    branches = [graph(node(operator, ["x", "x"], ["z"]), inputs=[], outputs=["z"]) for operator in ("Add", "Sub")]
    models["if"] = model(graph(node("If", ["c"], ["y"], then_branch=branches[0], else_branch=branches[1]), inputs=[value("c", TensorProto.BOOL, ()), "x"]))
    body = graph(node("Identity", ["c"], ["d"]), node("Add", ["v", "v"], ["w"]), inputs=[value("n", TensorProto.INT64, ()), value("c", TensorProto.BOOL, ()), "v"], outputs=[value("d", TensorProto.BOOL, ()), "w"])
    models["loop"] = model(graph(node("Loop", ["n", "c", "x"], ["y"], body=body), inputs=[value("n", TensorProto.INT64, ()), value("c", TensorProto.BOOL, ()), "x"]))
    twice = helper.make_function("custom", "Twice", ["a"], ["b"], [node("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 15)])
    fourfold = helper.make_function("custom", "Fourfold", ["a"], ["b"], [node("Twice", ["a"], ["t"], domain="custom"), node("Twice", ["t"], ["b"], domain="custom")], [helper.make_opsetid("", 15), helper.make_opsetid("custom", 1)])
    models["functions"] = model(graph(node("Fourfold", ["x"], ["y"], domain="custom")), [("custom", 1)], [twice, fourfold])
    sparse = helper.make_sparse_tensor(helper.make_tensor("w", float32, [2], [1., 2.]), helper.make_tensor("i", TensorProto.INT64, [2], [0, 3]), [4])
    models["sparse"] = model(graph(node("Identity", ["w"], ["y"]), inputs=[], sparse_initializer=[sparse]))
    models["documented"] = model(graph(node("Identity", ["x"], ["y"], name="n", doc_string="d"), inputs=[helper.make_tensor_value_info("x", float32, ["batch", 3, None])], doc_string="doc", value_info=[value("q")]))
    models["sequence"] = model(graph(node("SequenceConstruct", ["x"], ["y"]), outputs=[helper.make_tensor_sequence_value_info("y", float32, None)]))
    for name, whole in models.items():
        onnx.save(whole, forge.path(f"{name}.onnx"))
    write_exported(forge)


def write_exported(forge):
    try:
        import torch
        from torch import nn
    except ImportError:
        return
    networks = {"dense": (nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)), torch.rand(1, 4)), "image": (nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.MaxPool2d(2)), torch.rand(1, 1, 8, 8)),
                "recurrent": (nn.LSTM(3, 4, 2, bidirectional=True), torch.rand(2, 1, 3)), "attention": (nn.TransformerEncoderLayer(8, 2, 16).eval(), torch.rand(2, 1, 8))}
    for (name, (network, example)), version in ((item, version) for item in networks.items() for version in (9, 11, 13)):
        try:
            torch.onnx.export(network, example, forge.path(f"exported-{name}-{version}.onnx"), opset_version=version, dynamic_axes={"x": {0: "batch"}}, input_names=["x"])
        except (RuntimeError, ValueError):
            continue


def write_xgboost(forge):
    import xgboost
    draw = numpy.random.RandomState(1)
    inputs = draw.rand(100, 4)
    two, three = (inputs[:, 0] > 0.5).astype(int), numpy.digitize(inputs[:, 0], [.3, .6])
    objectives = {"binary:logistic": two, "reg:squarederror": inputs[:, 1], "multi:softprob": three, "count:poisson": two, "rank:pairwise": two, "survival:cox": inputs[:, 1] + 1}
    for (objective, target), booster in ((item, booster) for item in objectives.items() for booster in ("gbtree", "gblinear", "dart")):
        settings = {"booster": booster, "objective": objective} | ({"num_class": 3} if "multi" in objective else {})
        model = xgboost.train(settings, xgboost.DMatrix(inputs, target, feature_names=list("abcd")), 3)
        for ending in ("json", "ubj"):
            model.save_model(forge.path(f"{objective.replace(':', '-')}-{booster}.{ending}"))
    for kind, target in ((xgboost.XGBClassifier, two), (xgboost.XGBRegressor, inputs[:, 1]), (xgboost.XGBRFClassifier, two)):
        model = kind(n_estimators=3).fit(inputs, target)
        model.save_model(forge.path(f"{kind.__name__}.json"))
        forge.pickles(kind.__name__, model)


def write_h5py(forge):
    import h5py

    def write(name, fill, **options):
        with h5py.File(forge.path(f"{name}.h5"), "w", **options) as file:
            fill(file)

    layouts = {
        "contiguous": {}, "chunked": {"chunks": (5, 5)}, "gzip": {"compression": "gzip", "compression_opts": 9}, "lzf": {"compression": "lzf"}, "shuffle": {"compression": "gzip", "shuffle": True}, "fletcher": {"fletcher32": True},
        "grows": {"maxshape": (None, 20)}, "grows-twice": {"maxshape": (None, None), "chunks": (3, 7)}, "filled": {"fillvalue": 3}, "tracked": {"track_times": True, "track_order": True}, "compact": {"chunks": None},
        "whole": {"compression": "gzip", "shuffle": True, "fletcher32": True, "maxshape": (None, None)},
    }
    for version in ("earliest", "v108", "v110", "latest"):
        for name, options in layouts.items():
            write(f"{version}-{name}", lambda file: file.create_dataset("a/b/w", data=MATRIX, **options), libver=version)
        for name, fill in {"attributes": attributes, "kinds": kinds, "links": links, "many": many, "names": names, "none": lambda file: None, "scaled": scaled, "dimensions": dimensions, "keras": keras}.items():
            write(f"{version}-{name}", fill, libver=version)
        write(f"{version}-ordered", many, libver=version, track_order=True)
        write(f"{version}-indexed", lambda file: file.create_dataset("x", data=numpy.arange(90000).reshape(300, 300), chunks=(10, 10), maxshape=(None, None)), libver=version)
        for strategy in ("page", "fsm", "aggregate", "none"):
            write(f"{version}-space-{strategy}", many, libver=version, fs_strategy=strategy)
        edit(forge.path(f"{version}-edited.h5"), version)


def attributes(file):
    import h5py
    file.attrs.update({"text": "é", "bytes": numpy.bytes_(b"x"), "float": 1.5, "array": MATRIX[0], "texts": ["a", "bc"], "fixed": numpy.array([b"a", b"bc"]), "none": h5py.Empty("f"), "truth": True, "large": numpy.zeros(5000),
                       "record": numpy.zeros(2, [("a", "f4"), ("b", "i2")]), "reference": file.create_group("g").ref, "enum": numpy.array([1], dtype=h5py.enum_dtype({"A": 0, "B": 1}))})
    for number in range(40):
        file.attrs[f"n{number}"] = number


def kinds(file):
    import h5py
    for kind in ("?", *"bBhHiIqQefdFD", ">i4", ">f8", "S5", "V3"):
        file.create_dataset(f"kind-{kind}", data=numpy.zeros(3, kind))
    file.create_dataset("texts", data=["a", "bc"], dtype=h5py.string_dtype())
    file.create_dataset("fixed", data=["ab"], dtype=h5py.string_dtype("utf-8", 5))
    ragged = file.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))
    ragged[0], ragged[1] = [1, 2], []
    file.create_dataset("records", data=numpy.zeros(3, [("a", "f8"), ("b", "i4", (2,)), ("s", "S3")]))
    file.create_dataset("enum", data=numpy.array([0, 1]), dtype=h5py.enum_dtype({"R": 0, "G": 1}))
    file.create_dataset("none", data=h5py.Empty("f8"))
    file.create_dataset("empty", (0, 3))
    file.create_dataset("references", (1,), h5py.ref_dtype)[0] = file["records"].ref
    file.create_dataset("regions", (1,), h5py.regionref_dtype)[0] = file["records"].regionref[0:2]
    file["kind"] = numpy.dtype("f8")


def links(file):
    import h5py
    file["a"] = MATRIX
    file["hard"] = file["a"]
    file["soft"], file["dangling"] = h5py.SoftLink("/a"), h5py.SoftLink("/nowhere")
    group = file.create_group("g")
    group["circle"] = group


def many(file):
    for number in range(300):
        file.create_dataset(f"l{number}/w", data=numpy.ones(3))


def names(file):
    for name in ("a b", "é", "x:0", "..b", "a.b", "日本", "/".join("abcdefghij" * 3)):
        file.create_dataset(name, data=1)


def scaled(file):
    file.create_dataset("whole", data=numpy.arange(100), scaleoffset=0, chunks=(10,))
    file.create_dataset("float", data=MATRIX, scaleoffset=3, chunks=(5, 5))


def dimensions(file):
    file["t"], file["x"] = numpy.arange(20.), MATRIX
    file["t"].make_scale("time")
    file["x"].dims[0].attach_scale(file["t"])


def keras(file):
    layers = [{"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "dtype": "float32", "name": "i"}}, {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "relu"}}]
    file.attrs.update({"keras_version": "2.11.0", "backend": "tensorflow", "model_config": json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": layers}})})
    weights = file.create_group("model_weights")
    weights.attrs.update({"layer_names": numpy.array([b"dense"]), "backend": b"tensorflow", "keras_version": b"2.11.0"})
    layer = weights.create_group("dense")
    layer.attrs["weight_names"] = numpy.array([b"dense/kernel:0", b"dense/bias:0"])
    layer.create_dataset("dense/kernel:0", data=numpy.ones((4, 3), "f4"))
    layer.create_dataset("dense/bias:0", data=numpy.zeros(3, "f4"))


def edit(path, version):
    """What was deleted, moved, copied and resized leaves holes and second headers."""
    import h5py
    with h5py.File(path, "w", libver=version) as file:
        for number in range(20):
            file[f"x{number}"] = MATRIX
    with h5py.File(path, "a", libver=version) as file:
        for number in range(0, 20, 2):
            del file[f"x{number}"]
        file["x1"].attrs["q"] = 3
    with h5py.File(path, "a") as file:
        file.move("x3", "z/y")
        file.copy("x5", "c")
        file.create_dataset("r", (5,), maxshape=(None,)).resize((50,))
