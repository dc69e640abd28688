using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Hdf5;

/// <summary>Visits every object of a file once, from the root on, whatever the links make of them; cycles are allowed in HDF5.</summary>
internal sealed class Hdf5Walk(Hdf5File file, InspectionContext context)
{
    private readonly Queue<(long Address, string Path, (long Tree, long Heap)? Table)> _objects = new();
    private readonly HashSet<long> _seen = [];
    private readonly SortedSet<int> _filters = [];
    private readonly Hdf5Pickles _pickles = new(file, context);
    private readonly Hdf5Expansion _expansion = new(file, context);

    public List<Hdf5Dataset> Datasets { get; } = [];

    /// <summary>The attributes of the root group.</summary>
    public List<Hdf5Attribute> Attributes { get; } = [];

    /// <summary>The names in the root group.</summary>
    public List<string> Names { get; } = [];

    public void Read()
    {
        if (file.Extension is { } extension)
            ReadExtension(extension);
        _objects.Enqueue((file.Root, "", file.RootTable));
        while (_objects.TryDequeue(out var next))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (!_seen.Add(next.Address))
                continue;
            if (_seen.Count > context.Limits.Tensors)
                throw new MalformedModelException(file.Base + next.Address, $"Holds more than {context.Limits.Tensors} objects.");
            try
            {
                Visit(next.Address, next.Path, next.Table);
            }
            catch (MalformedModelException malformed)
            {
                // One broken object does not hide the others.
                context.Add(InspectionRules.Malformed, $"'{Show(next.Path)}': {malformed.Message}", malformed.Offset);
            }
        }
    }

    private void ReadExtension(long address)
    {
        foreach (var message in Hdf5ObjectHeader.Read(file, address))
        {
            if (message.Type == SharedTable)
                context.Add(Hdf5Rules.NotRead, "Messages are kept in a table for the whole file.", message.Offset);
            else if (message.Type == DriverInformation)
                context.Add(Hdf5Rules.SeveralFiles, "The extension of the superblock names a driver for files in several parts.", message.Offset);
        }
    }

    private void Visit(long address, string path, (long Tree, long Heap)? cached)
    {
        Hdf5Type? type = null;
        Hdf5Shape? shape = null;
        Hdf5Message? layout = null;
        Hdf5Filters? filters = null;
        var hasFill = false;
        var isNewGroup = false;
        List<Hdf5Attribute> attributes = [];
        List<Hdf5Link> links = [];
        foreach (var message in Hdf5ObjectHeader.Read(file, address))
        {
            var cursor = message.Open();
            switch (message.Type)
            {
                case Datatype:
                    type = message.IsShared ? Hdf5Shared.ReadType(file, ref cursor) : Hdf5Type.Read(ref cursor);
                    break;
                case Attribute or Dataspace or Link or LinkInfo or SymbolTable or Layout or AttributeInfo or Filters when message.IsShared:
                    context.Add(Hdf5Rules.NotRead, $"'{Show(path)}' has a message that stands elsewhere.", message.Offset);
                    break;
                case Dataspace:
                    shape = Hdf5Shape.Read(ref cursor, file.LengthSize);
                    break;
                case LinkInfo:
                    // The library makes a group anew when a link has another encoding or leads elsewhere, and leaves what the superblock keeps of the old one.
                    isNewGroup = true;
                    links.AddRange(ReadDenseLinks(ref cursor));
                    break;
                case Link:
                    links.Add(Hdf5Link.Read(file, message.Data.Span, message.Offset));
                    break;
                case ExternalFiles:
                    context.Add(Hdf5Rules.ExternalStorage, $"The data of '{Show(path)}' is in other files.", message.Offset);
                    break;
                case Layout:
                    layout = message;
                    break;
                case Filters:
                    filters = Hdf5Filters.Read(ref cursor);
                    NoticeFilters(filters, path, message.Offset);
                    break;
                case OldFill or Fill:
                    // Whatever its version, a default of zeros has nothing in it behind its head.
                    hasFill |= message.IsShared || message.Data.Span[Math.Min(message.Data.Length, FillHead)..].ContainsAnyExcept((byte)0);
                    break;
                case Attribute:
                    attributes.Add(Hdf5Attribute.Read(file, message.Data, message.Offset));
                    break;
                case SymbolTable:
                    links.AddRange(ReadTable(ref cursor, path, cached));
                    cached = null;
                    break;
                case AttributeInfo:
                    attributes.AddRange(ReadDenseAttributes(ref cursor));
                    break;
            }
        }

        if (cached is not null && !isNewGroup)
            context.Add(Hdf5Rules.Contradiction, $"'{Show(path)}' has a symbol table in its group's entry and none of its own.", file.Base + address);
        Take(path, attributes, links);
        _pickles.Inspect(path, attributes);
        if (layout is null)
            return;
        if (type is null || shape is null)
            throw new MalformedModelException(layout.Offset, "A dataset has no type or no dimensions.");
        var dataset = TakeDataset(path, type, shape, layout.Offset);
        var place = CheckLayout(dataset, layout);
        _expansion.Take(dataset, place, filters is not null);
        _pickles.Inspect(new Hdf5Storage(file, context, dataset, place, filters, hasFill), attributes, layout.Offset);
    }

    private void Take(string path, List<Hdf5Attribute> attributes, List<Hdf5Link> links)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            if (!names.Add(attribute.Name))
                context.Add(Hdf5Rules.Contradiction, $"'{Show(path)}' has the attribute '{attribute.Name}' twice.", attribute.Offset);
        }

        names.Clear();
        foreach (var link in links)
        {
            var target = path.Length == 0 ? link.Name : path + "/" + link.Name;
            if (target.Length > LongestPath)
                throw new MalformedModelException(link.Offset, "A path is too long.");
            if (!names.Add(link.Name))
                context.Add(Hdf5Rules.Contradiction, $"'{target}' occurs twice.", link.Offset);
            switch (link.Kind)
            {
                case Hdf5LinkKind.Hard:
                    _objects.Enqueue((link.Address, target, link.Table));
                    break;
                case Hdf5LinkKind.External:
                    context.Add(Hdf5Rules.ExternalLink, $"'{target}' leads into the file '{link.Target}'.", link.Offset);
                    break;
                case Hdf5LinkKind.UserDefined:
                    context.Add(Hdf5Rules.UserDefinedLink, $"'{target}' is a link of kind {link.Target}.", link.Offset);
                    break;
            }
        }

        if (path.Length == 0)
        {
            Attributes.AddRange(attributes);
            foreach (var attribute in attributes)
            {
                if (attribute.ReadBytes(file) is { } text)
                    SecretSearch.Notice(text.Span, $"The attribute '{attribute.Name}'", attribute.Offset, context);
            }

            Names.AddRange(names);
        }
    }

    private List<Hdf5Link> ReadTable(ref Hdf5Cursor cursor, string path, (long Tree, long Heap)? cached)
    {
        var at = cursor.Offset;
        if (cursor.Address(file.OffsetSize) is not { } tree || cursor.Address(file.OffsetSize) is not { } heap)
            throw new MalformedModelException(at, "A symbol table is nowhere.");
        if (cached is { } other && other != (tree, heap))
            context.Add(Hdf5Rules.Contradiction, $"'{Show(path)}' has two symbol tables.", at);
        return Hdf5SymbolTable.Read(file, tree, heap);
    }

    private List<Hdf5Link> ReadDenseLinks(ref Hdf5Cursor cursor)
    {
        cursor.Skip(1);
        var flags = cursor.Byte();
        cursor.Skip((flags & 1) != 0 ? 8 : 0);
        var heap = cursor.Address(file.OffsetSize);
        var tree = cursor.Address(file.OffsetSize);
        List<Hdf5Link> links = [];
        if (heap is not { } place || tree is not { } root)
            return links;

        Hdf5FractalHeap dense = new(file, place);
        foreach (var record in Hdf5Tree.Read(file, root, LinkNames))
        {
            var (bytes, offset) = dense.Read(record.AsSpan(4));
            links.Add(Hdf5Link.Read(file, bytes.Span, offset));
        }

        return links;
    }

    private List<Hdf5Attribute> ReadDenseAttributes(ref Hdf5Cursor cursor)
    {
        cursor.Skip(1);
        var flags = cursor.Byte();
        cursor.Skip((flags & 1) != 0 ? 2 : 0);
        var heap = cursor.Address(file.OffsetSize);
        var tree = cursor.Address(file.OffsetSize);
        List<Hdf5Attribute> attributes = [];
        if (heap is not { } place || tree is not { } root)
            return attributes;

        Hdf5FractalHeap dense = new(file, place);
        foreach (var record in Hdf5Tree.Read(file, root, AttributeNames))
        {
            if ((record[8] & 2) != 0)
            {
                context.Add(Hdf5Rules.NotRead, "An attribute stands in the table for the whole file.", file.Base + root);
                continue;
            }

            var (bytes, offset) = dense.Read(record.AsSpan(0, 8));
            attributes.Add(Hdf5Attribute.Read(file, bytes, offset));
        }

        return attributes;
    }

    private void NoticeFilters(Hdf5Filters filters, string path, long offset)
    {
        foreach (var filter in filters.Numbers)
        {
            if (filter is not ((>= 1 and <= 6) or Hdf5Filters.Lzf) && _filters.Add(filter))
                context.Add(Hdf5Rules.ForeignFilter, $"'{Show(path)}' is read by the filter {filter}.", offset);
        }
    }

    private Hdf5Dataset TakeDataset(string path, Hdf5Type type, Hdf5Shape shape, long offset)
    {
        if ((Int128)type.Size * shape.Count > long.MaxValue)
            throw new MalformedModelException(offset, "A dataset's size is beyond all counting.");
        Hdf5Dataset dataset = new(path, type, shape);
        Datasets.Add(dataset);
        return dataset;
    }

    private Hdf5Layout CheckLayout(Hdf5Dataset dataset, Hdf5Message message)
    {
        var (path, size) = (dataset.Path, dataset.Size);
        var layout = Hdf5Layout.Read(file, message);
        switch (layout.Kind)
        {
            case Hdf5LayoutKind.Compact when layout.Stored != size:
                throw new MalformedModelException(message.Offset, $"The dataset needs {size} bytes and stores {layout.Stored}.");
            case Hdf5LayoutKind.Contiguous when layout.Stored < size:
                throw new MalformedModelException(message.Offset, $"The dataset needs {size} bytes and stores fewer.");
            case Hdf5LayoutKind.Contiguous:
                CheckPlace(path, layout.Address, size, message.Offset);
                break;
            // Of the same file: those are read where they are.
            case Hdf5LayoutKind.Virtual when layout.Address is not { } heap || !Hdf5Virtual.IsOfSameFile(file, heap, layout.Index):
                context.Add(Hdf5Rules.VirtualDataset, $"'{Show(path)}' is composed of other datasets.", message.Offset);
                break;
        }

        return layout;
    }

    // No address means that nothing was written: readers fill in the default.
    private void CheckPlace(string path, long? address, long size, long offset)
    {
        if (address is { } place && !file.Holds(place, size))
            throw new MalformedModelException(offset, $"The data of '{Show(path)}' lies outside of the file.");
    }

    private static string Show(string path) => "/" + path;

    private const int Dataspace = 0x1;
    private const int LinkInfo = 0x2;
    private const int Datatype = 0x3;
    private const int OldFill = 0x4;
    private const int Fill = 0x5;
    private const int Link = 0x6;
    private const int ExternalFiles = 0x7;
    private const int Layout = 0x8;
    private const int Filters = 0xB;
    private const int Attribute = 0xC;
    private const int SharedTable = 0xF;
    private const int SymbolTable = 0x11;
    private const int DriverInformation = 0x14;
    private const int AttributeInfo = 0x15;
    private const int LinkNames = 5;
    private const int AttributeNames = 8;
    private const int LongestPath = 8192;
    private const int FillHead = 8;
}
