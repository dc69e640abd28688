"""Configurations, templates and small formats that lie with models, as their makers write them; and the binary ones that need no library but this."""
import json
import struct

import numpy

TEMPLATES = {
    "zephyr": "{% for message in messages %}{% if message['role'] == 'user' %}{{ '<|user|>\n' + message['content'] + eos_token }}{% elif message['role'] == 'system' %}{{ '<|system|>\n' + message['content'] }}{% endif %}"
              "{% if loop.last and add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}{% endfor %}",
    "trimmed": "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'].strip() }} [/INST]{% else %}{{ m.content | trim }}{{ eos_token }}{% endif %}{% endfor %}",
    "tools": "{%- if tools %}{%- for tool in tools %}{{- tool | tojson(indent=4) }}{%- endfor %}{%- endif %}{%- set ns = namespace(x=0, last=messages|length - 1) %}{%- for m in messages[::-1] %}{%- set ns.x = ns.x + 1 %}"
             "{%- endfor %}{{ raise_exception('no') if ns.x > 3 }}{{ strftime_now('%d %b %Y') }}",
    "macro": "{% macro show(x) %}{{ x.items() | list }}{% endmacro %}{{ show({'a': 1}) }}{% generation %}x{% endgeneration %}",
    "thought": "{%- set c = m.content.split('</think>')[-1].lstrip('\\n') %}{{ c.startswith('a') and not (c.endswith('b')) }}{{ m.get('x', none) is mapping }}{{ m.items()|map(attribute='0')|join(',') }}{{ '%s' | format(1) }}",
}
CONFIGURATIONS = {
    "bert": {"_name_or_path": "bert-base-uncased", "architectures": ["BertForMaskedLM"], "hidden_act": "gelu", "id2label": {"0": "A"}, "model_type": "bert", "torch_dtype": "float32", "transformers_version": "4.40.0"},
    "tokens": {"bos_token": {"content": "<s>", "lstrip": False}, "pad_token": "</s>"}, "generation": {"_from_model_config": True, "bos_token_id": 1, "eos_token_id": [1, 2], "temperature": .6},
    "images": {"do_normalize": True, "feature_extractor_type": "ViTFeatureExtractor", "image_mean": [.5, .5, .5], "size": 224}, "adapter": {"base_model_name_or_path": "meta/llama", "peft_type": "LORA", "r": 8, "auto_mapping": None},
    "shards": {"metadata": {"total_size": 10}, "weight_map": {"a.weight": "pytorch_model-00001-of-00002.bin"}}, "sentences": {"max_seq_length": 256, "do_lower_case": False},
    "diffusion": {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.10.0", "scheduler": ["diffusers", "PNDMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"], "safety_checker": [None, None]},
    "modules": [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}],
    "tokenizer": {"version": "1.0", "added_tokens": [{"id": 0, "content": "[PAD]", "special": True}], "normalizer": {"type": "BertNormalizer"}, "decoder": {"type": "WordPiece"},
                  "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[PAD]": 0, "os": 1, "system": 2, "eval": 3, "__import__": 4, "{{": 5, "{{config}}": 6, "__globals__": 7, "http://": 8}}},
}
DOCUMENTS = {
    "mlflow": "artifact_path: model\nflavors:\n  python_function:\n    env:\n      conda: conda.yaml\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n  sklearn:\n    pickled_model: model.pkl\n    sklearn_version: 1.2.1\nmlflow_version: 2.3.0\n",
    "conda": "channels:\n- conda-forge\ndependencies:\n- python=3.10.0\n- pip:\n  - mlflow==2.3.0\nname: mlflow-env\n", "lightning": "lr: 0.001\nbatch_size: 32\nlayers: [1, 2]\n",
    "hydra": "defaults:\n  - _self_\n  - model: resnet\nmodel:\n  _target_: torchvision.models.resnet18\n  num_classes: 10\noptimizer:\n  _target_: torch.optim.Adam\n  lr: 0.001\n",
    "yolo": "nc: 80\nbackbone:\n  - [-1, 1, Conv, [64, 6, 2, 2]]\nhead:\n  - [-1, 1, nn.Upsample, [None, 2, 'nearest']]\n", "anchors": "base: &b\n  lr: 1\nx:\n  <<: *b\n  y: 2\n",
    "comments": "# models\nlayers: [ # in brackets, \"quoted\n  64, # the first\n  128,# the second: !!int\n  # [and a line of its own\n  256 ]# the end\nencoder: {# in braces\n  kind: conv, # {\n  size: 3}\nlr: 1e-3 # 'one\n",
    "explicit": "? name\n: resnet\n? [height, width]\n: [224, 224]\n? |-\n  a key\n  of lines\n: # its value\n  - 1\n  - {? x : 1, ? y, z}\n? &k steps\n:\n  - *k\n",
    "shared": "base: &base {lr: 0.1, sizes: &sizes [1, 2, &last 3]}\nsmall: {<<: *base, sizes: [*last , 4]}\nlarge: {sizes: *sizes, &key depth: 5, width: *key }\nlists: [&x [a, b], &y {c: *x}, *x, *y]\n",
    "lines": "description: a model that\n  \"reads\" what it is given,\n  'word by word'\n\n  - and nothing else\nlicense: \"several\n  lines, \\\n  joined: \\u00e9 \\N \\\"quoted\\\"\n\n  and a break\"\nnotes: 'it''s\n\n  fine # no comment'\n"
             "text: |2-\n    deeper first: [\n  then\n   this\n\nfolded: >+ # kept\n\n  several words: {\n  of one line\n\n    code \"unclosed\n\nlast: |\n  trust_remote_code: true\n  _target_: os.system\n",
    "documents": "%YAML 1.1\n---\na: |\n text\n...\n# between\n--- >-\n folded\n text\n--- [1, 2]\n---\n- ? x\n  : y\n- - z\n",
    "speechbrain": "seed: 1\nshape: (1, 2)\nname: (a, b)\nencoder: !new:speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN\n  input_size: !ref <n_mels>\n  channels: [1024, 1024]\nn_mels: 80\nactivation: !name:torch.nn.LeakyReLU\n",
    "detectron": "_BASE_: \"../Base.yaml\"\nMODEL:\n  WEIGHTS: \"detectron2://ImageNetPretrained/MSRA/R-50.pkl\"\n  MASK_ON: True\nSOLVER:\n  STEPS: (1, 2)\n",
}


def write_texts(forge):
    import yaml
    for name, template in TEMPLATES.items():
        forge.bytes(f"{name}.jinja", template)
        forge.bytes(f"{name}-tokenizer_config.json", json.dumps({"add_bos_token": True, "chat_template": template, "tokenizer_class": "LlamaTokenizer", "model_max_length": 10 ** 30}))
    for name, configuration in CONFIGURATIONS.items():
        for indent in (None, 2):
            forge.bytes(f"{name}-{indent}.json", json.dumps(configuration, indent=indent))
        forge.bytes(f"{name}.yaml", yaml.safe_dump(configuration))
    for name, document in DOCUMENTS.items():
        forge.bytes(f"{name}.yaml", document)
        # Of tags of other programs and of lists as keys, the rewritten document would be another.
        if name not in ("explicit", "speechbrain"):
            forge.bytes(f"{name}-rewritten.yaml", yaml.safe_dump_all(yaml.safe_load_all(document), default_flow_style=len(name) % 2 == 0))
    kinds = {"f4": "F32", "f2": "F16", "f8": "F64", "i8": "I64", "i4": "I32", "i2": "I16", "i1": "I8", "u1": "U8", "b1": "BOOL"}
    forge.bytes("kinds.safetensors", safetensors({name: (name, numpy.ones((3, 4), kind)) for kind, name in kinds.items()}, {"format": "pt"}))
    forge.bytes("empty.safetensors", safetensors({}, None))
    forge.bytes("scalars.safetensors", safetensors({"a": ("F32", numpy.array(1, "f4")), "b": ("F32", numpy.zeros((0, 3), "f4"))}, {"format": "pt", "notes": json.dumps({"epoch": 3})}))
    for name, template in TEMPLATES.items():
        forge.bytes(f"{name}.gguf", gguf({"general.architecture": "llama", "general.name": "honest", "llama.context_length": 2048, "tokenizer.chat_template": template, "tokenizer.ggml.tokens": ["<s>", "os", "{{", "eval"]}))
    write_msgpack(forge)


def safetensors(tensors, metadata):
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, (kind, tensor) in tensors.items():
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + tensor.nbytes]}
        data += tensor.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def gguf(metadata):
    def text(value):
        return struct.pack("<Q", len(value.encode())) + value.encode()

    def typed(value):
        if isinstance(value, str):
            return struct.pack("<I", 8) + text(value)
        if isinstance(value, list):
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(text, value))
        return struct.pack("<II", 4, value)

    weight = numpy.ones((4, 8), "f4").tobytes()
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(metadata)) + b"".join(text(key) + typed(value) for key, value in metadata.items())
    head += text("blk.0.weight") + struct.pack("<IQQIQ", 2, 8, 4, 0, 0)
    return head + b"\0" * (-len(head) % 32) + weight


def write_msgpack(forge):
    try:
        import msgpack
    except ImportError:
        return

    def packed(value):
        return msgpack.packb(value, use_bin_type=True)

    def tensor(value):
        return msgpack.ExtType(1, packed((value.shape, value.dtype.name, value.tobytes())))

    layers = {"Dense_0": {"kernel": tensor(numpy.ones((4, 3), "f4")), "bias": tensor(numpy.zeros(3, "f4"))}, "BatchNorm_0": {"scale": tensor(numpy.ones(3, "f2")), "var": tensor(numpy.ones(3, "f8"))}}
    chunks = {"__msgpack_chunked_array__": (), "shape": {"0": 4}, "chunks": {"0": tensor(numpy.ones(2, "f4")), "1": tensor(numpy.ones(2, "f4"))}}
    values = {"flax": {"params": layers, "step": 3, "opt_state": {"0": {"count": tensor(numpy.array(3)), "mu": None}}}, "chunked": {"w": chunks},
              "scalars": {"a": msgpack.ExtType(3, packed(((), "float32", numpy.float32(1).tobytes()))), "c": msgpack.ExtType(2, packed((1., 2.)))}}
    for name, value in values.items():
        forge.bytes(f"{name}.msgpack", packed(value))
