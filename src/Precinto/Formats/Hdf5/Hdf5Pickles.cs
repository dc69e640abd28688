using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Hdf5;

/// <summary>
/// Pickles in HDF5. PyTables, and so pandas, unpickles every attribute whose text ends as a pickle does, on all nodes, and the rows of what its attribute
/// PSEUDOATOM calls objects (tables/attributeset.py, tables/vlarray.py, tables/atom.py). hickle unpickles types from attributes and from its table of types,
/// and datasets that state no type (hickle/lookup.py).
/// </summary>
internal sealed class Hdf5Pickles(Hdf5File file, InspectionContext context)
{
    private bool _isHickle;
    private long _looked;
    private long _read;

    /// <summary>Looks at the attributes of an object; those of a group come before what is in it.</summary>
    public void Inspect(string path, List<Hdf5Attribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            _isHickle |= attribute.Name is "HICKLE_VERSION" or "HICKLE_PROTOCOL" or "base_type";
            context.Guard(() =>
            {
                _isHickle |= attribute.Name == "CLASS" && Text(attribute).SequenceEqual("hickle"u8);
                LookAtAll(attribute.ReadValues(file), $"/{path}@{attribute.Name}", attribute.Offset, isDeclared: false);
                if (attribute.Name == "FILTERS")
                    LookAtAll(attribute.ReadValues(file).Select(OldFilters.Rewrite).OfType<ReadOnlyMemory<byte>>(), $"/{path}@{attribute.Name}", attribute.Offset, isDeclared: false);
            });
        }
    }

    /// <summary>Looks at what a dataset stores, and into all of it where a loader would unpickle it.</summary>
    public void Inspect(Hdf5Storage storage, List<Hdf5Attribute> attributes, long offset)
    {
        var dataset = storage.Dataset;
        var name = "/" + dataset.Path;
        var rows = dataset.Type.IsSequence || dataset.Type.IsVariableText;
        var isDeclared = rows ? HasObjects(attributes) : _isHickle && Hdf5Values.CanHold(dataset.Type) && IsPickled(dataset.Path, attributes);
        if (!isDeclared && (!Hdf5Values.CanHold(dataset.Type) || dataset.Size > LargestLook || (_looked += dataset.Size) > MostLooks))
            return;

        if (rows)
        {
            foreach (var part in storage.Read())
                LookAtAll(Hdf5Values.Read(file, dataset.Type, part, offset), name, offset, isDeclared);
        }
        else if (storage.ReadWhole() is { } whole)
        {
            LookAtAll(Hdf5Values.Read(file, dataset.Type, whole, offset), name, offset, isDeclared);
        }

        if (isDeclared && !storage.IsComplete)
            context.Add(Hdf5Rules.NotRead, $"The pickles in '{name}' are kept in a way that is not read.", offset);
    }

    private void LookAtAll(IEnumerable<ReadOnlyMemory<byte>> values, string name, long offset, bool isDeclared)
    {
        foreach (var value in values)
        {
            // Many references to one object of a heap cost no more than as many objects would.
            if ((_read += value.Length + CostOfValue) > FreeReading + (file.ContentLength * MostReadings))
                throw new MalformedModelException(offset, "Values of the file are read again and again.");
            Look(value, name, isDeclared);
        }
    }

    private void Look(ReadOnlyMemory<byte> bytes, string name, bool mustBeOne)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        if (bytes.IsEmpty)
            return;
        if (!mustBeOne && !PickleDetection.IsPickle(bytes.Span, bytes.Length))
            return;

        var aside = context.Aside();
        var member = aside.Enter(name);
        member.Guard(() => PickleFormat.Raw.Inspect(ModelContent.FromBytes(bytes), name, member));
        // A text that means no pickle can be one that breaks off.
        if (!mustBeOne && member.Facts.Parts.Count == 0 && aside.Findings.All(finding => finding.Severity != FindingSeverity.Danger))
            return;
        foreach (var finding in aside.Findings)
            context.Add(finding);
    }

    // Whatever PSEUDOATOM says may be a pickle itself, so only the kinds that are texts in plain words are none of objects.
    private bool HasObjects(List<Hdf5Attribute> attributes) =>
        attributes.Exists(attribute => attribute.Name == "PSEUDOATOM" && !(Text(attribute).SequenceEqual("vlstring"u8) || Text(attribute).SequenceEqual("vlunicode"u8)))
        || attributes.Exists(attribute => attribute.Name == "FLAVOR" && Text(attribute).SequenceEqual("Object"u8));

    private bool IsPickled(string path, List<Hdf5Attribute> attributes) =>
        path.Split('/').Contains("hickle_types_table")
        || !attributes.Exists(attribute => attribute.Name == "type")
        || attributes.Exists(attribute => attribute.Name == "base_type" && Text(attribute).SequenceEqual("pickle"u8));

    private ReadOnlySpan<byte> Text(Hdf5Attribute attribute) => attribute.ReadBytes(file) is { } text ? text.Span.TrimEnd((byte)0) : [];

    private const long LargestLook = 16 << 20;
    private const long MostLooks = 64 << 20;
    private const long FreeReading = 64 << 20;
    private const int MostReadings = 4;

    // What an element of variable length takes in a file at least, four times: its reference, and the head of its object.
    private const int CostOfValue = 128;
}
