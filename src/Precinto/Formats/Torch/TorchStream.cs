using Precinto.Formats.Pickle;

namespace Precinto.Formats.Torch;

/// <summary>PyTorch's older format as it was read: the object, the keys of its storages, and where their bytes begin.</summary>
internal sealed record TorchStream(PickleValue Model, PickleValue Keys, long End);
