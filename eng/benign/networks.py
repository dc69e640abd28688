"""PyTorch: tensors of every kind, the modules of torch.nn, optimizers and schedulers, what is quantized, and TorchScript; as a zip archive and in the older format."""
import argparse
import collections
import io
import typing

import numpy
import torch
from torch import nn, optim
from torch.nn.utils import prune

torch.set_num_threads(1)
torch.manual_seed(1)
MATRIX = torch.rand(4, 4)
# What the modules need to be made; most others take one to four small numbers.
NEEDS = {
    "Transformer": (8, 2, 1, 1, 16), "TransformerEncoderLayer": (8, 2, 16), "TransformerDecoderLayer": (8, 2, 16), "MultiheadAttention": (8, 2), "Unflatten": (1, (2, 2)), "Fold": ((4, 4), (2, 2)),
    "AdaptiveLogSoftmaxWithLoss": (8, 10, [2, 5]), "GroupNorm": (2, 4), "ModuleList": ([nn.Linear(2, 2)],), "ModuleDict": ({"a": nn.Linear(2, 2)},), "Sequential": (nn.Linear(2, 2), nn.ReLU()),
    "ParameterList": ([nn.Parameter(torch.ones(2))],), "ParameterDict": ({"a": nn.Parameter(torch.ones(2))},), "TransformerEncoder": (nn.TransformerEncoderLayer(8, 2, 16), 2), "TransformerDecoder": (nn.TransformerDecoderLayer(8, 2, 16), 2),
}


def save(forge, name, value):
    for ending, archive in ((".pt", True), ("-older.pth", False)):
        data = io.BytesIO()
        try:
            torch.save(value, data, _use_new_zipfile_serialization=archive)
        except (RuntimeError, TypeError, NotImplementedError):
            # Not every kind of tensor can be saved, and some in the new format only.
            continue
        forge.bytes(f"{name}{ending}", data.getvalue())


def modules():
    for name in sorted(dir(nn)):
        kind = getattr(nn, name)
        if not (isinstance(kind, type) and issubclass(kind, nn.Module)) or name in ("Container", "Module"):
            continue
        for arguments in [NEEDS[name]] if name in NEEDS else [(), (2,), (2, 2), (2, 2, 2), (2, 2, 2, 2)]:
            try:
                yield name, kind(*arguments)
                break
            except (TypeError, ValueError):
                continue


def network():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))


def write_torch(forge):
    values = {"views": [MATRIX, MATRIX[1:, ::2], MATRIX.t(), MATRIX.expand(2, 4, 4), MATRIX[0]], "scalar": torch.tensor(1.), "none": torch.zeros(0), "parameter": nn.Parameter(MATRIX),
              "channels": torch.rand(1, 2, 3, 3).contiguous(memory_format=torch.channels_last), "conjugate": torch.view_as_complex(torch.rand(2, 2)).conj(),
              "settings": [torch.Size([1, 2]), torch.device("cuda:0"), torch.strided, torch.per_tensor_affine, torch.float16], "random": torch.get_rng_state(), "storage": MATRIX.storage(),
              "mixed": {"array": numpy.ones(3), "tensor": MATRIX, "text": "x", "none": None, "options": argparse.Namespace(rate=.1), "ordered": collections.OrderedDict(a=MATRIX), "lists": collections.defaultdict(list, a=[MATRIX])}}
    for kind in ("uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "bfloat16", "complex64", "complex128", "bool"):
        values[f"kind-{kind}"] = torch.zeros(2, 3, dtype=getattr(torch, kind))
    for kind in (torch.quint8, torch.qint8, torch.qint32):
        values[f"quantized-{kind}".replace("torch.", "")] = torch.quantize_per_tensor(MATRIX, .1, 0, kind)
    values["quantized-channels"] = torch.quantize_per_channel(MATRIX, torch.rand(4), torch.zeros(4).long(), 0, torch.qint8)
    values |= {"sparse": MATRIX.to_sparse(), "sparse-rows": MATRIX.to_sparse_csr(), "sparse-columns": MATRIX.to_sparse_csc()}
    for name, module in modules():
        values[f"module-{name}"] = module
        if module.state_dict():
            values[f"state-{name}"] = module.state_dict()
    values |= trained() | quantized()
    for name, value in values.items():
        save(forge, name, value)
    for ending in ("bin", "ckpt", "model", "pkl", "th", "weights", "tar"):
        torch.save(network().state_dict(), forge.path(f"ending.{ending}"))
    for protocol in (2, 3, 4):
        torch.save(network(), forge.path(f"protocol-{protocol}.pt"), pickle_protocol=protocol)


def trained():
    values = {}
    for name in ("Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "ASGD", "LBFGS", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD"):
        layer = nn.Linear(2, 2)
        optimizer = getattr(optim, name)(layer.parameters(), lr=.1)

        def closure():
            optimizer.zero_grad()
            loss = layer(torch.ones(1, 2)).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        values |= {f"optimizer-{name}": optimizer.state_dict(), f"optimizer-{name}-whole": optimizer}
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=.1, momentum=.9)
    kinds = optim.lr_scheduler
    for name, scheduler in {"steps": kinds.StepLR(optimizer, 2), "many": kinds.MultiStepLR(optimizer, [1, 2]), "cosine": kinds.CosineAnnealingLR(optimizer, 3), "plateau": kinds.ReduceLROnPlateau(optimizer),
                            "cycle": kinds.OneCycleLR(optimizer, .1, 10), "linear": kinds.LinearLR(optimizer), "exponential": kinds.ExponentialLR(optimizer, .9)}.items():
        values[f"scheduler-{name}"] = scheduler.state_dict()
    values["checkpoint"] = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "random": [torch.get_rng_state(), numpy.random.get_state()], "loss": torch.tensor(.1)}
    values["lightning"] = {"epoch": 1, "global_step": 10, "pytorch-lightning_version": "1.9.0", "state_dict": model.state_dict(), "callbacks": {"ModelCheckpoint": {"best": torch.tensor(1.)}},
                           "optimizer_states": [optimizer.state_dict()], "hyper_parameters": {"rate": .1}}
    values["pruned"] = prune.l1_unstructured(nn.Linear(4, 4), "weight", .5)
    values["normed"] = nn.utils.weight_norm(nn.Linear(2, 2))
    values["averaged"] = optim.swa_utils.AveragedModel(nn.Linear(2, 2)).state_dict()
    return values


def quantized():
    engines = torch.backends.quantized.supported_engines
    torch.backends.quantized.engine = "fbgemm" if "fbgemm" in engines else engines[-1]
    linear = torch.quantization.quantize_dynamic(nn.Sequential(nn.Linear(4, 4)), {nn.Linear}, torch.qint8)
    recurrent = torch.quantization.quantize_dynamic(nn.LSTM(4, 4), {nn.LSTM}, torch.qint8)
    model = nn.Sequential(torch.quantization.QuantStub(), nn.Conv2d(1, 2, 3), nn.ReLU(), torch.quantization.DeQuantStub()).eval()
    model.qconfig = torch.quantization.get_default_qconfig(torch.backends.quantized.engine)
    prepared = torch.quantization.prepare(model)
    prepared(torch.rand(1, 1, 4, 4))
    converted = torch.quantization.convert(prepared)
    return {"dynamic": linear, "dynamic-state": linear.state_dict(), "dynamic-recurrent": recurrent, "static": converted, "static-state": converted.state_dict()}


class Restored(nn.Module):
    """A module that sets itself up when TorchScript loads it."""

    def __init__(self):
        super().__init__()
        self.weight = torch.ones(2)

    @torch.jit.export
    def __getstate__(self):
        return (self.weight, self.training)

    @torch.jit.export
    def __setstate__(self, state: typing.Tuple[torch.Tensor, bool]):
        self.weight = state[0]
        self.training = state[1]

    def forward(self, x):
        for step in range(3):
            x = x + self.weight * step
        while bool(x.sum() < 0):
            x = x + 1
        return x


def write_script(forge):
    image = torch.rand(1, 1, 4, 4)
    values = {"scripted": torch.jit.script(network()), "traced": torch.jit.trace(network().eval(), image), "frozen": torch.jit.freeze(torch.jit.script(network().eval())),
              "restored": torch.jit.script(Restored()), "function": torch.jit.trace(lambda x: x * 2 + 1, image), "dynamic": torch.jit.script(quantized()["dynamic"]), "static": torch.jit.script(quantized()["static"])}
    for name, module in modules():
        try:
            values[f"module-{name}"] = torch.jit.script(module)
        except (RuntimeError, TypeError, AttributeError, NotImplementedError, AssertionError, torch.jit.frontend.NotSupportedError):
            continue
    for name, value in values.items():
        torch.jit.save(value, forge.path(f"{name}.pt"))
    torch.jit.save(values["scripted"], forge.path("extra.pt"), _extra_files={"config.json": '{"a": 1}', "labels.txt": "a\nb"})
    values["scripted"]._save_for_lite_interpreter(forge.path("mobile.ptl"))
