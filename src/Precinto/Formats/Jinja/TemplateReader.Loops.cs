namespace Precinto.Formats.Jinja;

// Loops: what their variables stand for, how often they go round, and how what they make grows.
internal sealed partial class TemplateReader
{
    private int _reread;
    private int _copied;

    private bool ReadLoop()
    {
        Branch();
        var targets = ReadTargets(out var isNested);
        if (targets.Count == 0 || _at >= _end || !tokens[_at].IsName("in"))
            return false;
        _at++;
        if (ReadExpression() is not { } list)
            return false;

        IReadOnlyList<JinjaValue> elements = list is { Items: { } keys, Members: not null } ? keys : [.. list.Each.SelectMany(one => one.Elements)];
        for (var index = 0; index < targets.Count; index++)
        {
            scope.Set(targets[index], targets.Count == 1 && !isNested ? JinjaValue.AnyOf(elements)
                : JinjaValue.AnyOf(elements.Select(element => PartOf(element, index, targets.Count, isNested))));
        }

        // Parts of what is not known are as large as it may be.
        foreach (var target in list.Items is null && list.Text is null ? targets : [])
            scope.Resize(target, list.Size);
        // What is not known goes round at least twice.
        var rounds = Math.Max(1, list.Rounds ?? list.Items?.Count ?? 1);
        var around = scope.Work.Rounds;
        scope.Work.Rounds = around * (list.Rounds is null && list.Items is null ? 2 : rounds);
        scope.Work.Loop();
        if (scope.Work.Rounds * scope.Work.Times > MostRounds)
            scope.Notice(JinjaRules.Costly, $"goes round more than {MostRounds} times in loops within loops", tokens[_end - 1].Offset);
        scope.Loops.Push(new(targets, JinjaValue.AnyOf(elements), rounds, _end + 1) { Around = around, Sizes = rounds > 1 ? CopySizes() : [], Output = Output });
        if (_at < _end && tokens[_at].IsName("recursive"))
            _at++;
        return true;
    }

    // A loop that goes round a known number of times is read as often as it takes to tell how what it makes grows; by that much it grows for the rest.
    private void EndLoop()
    {
        if (!scope.Loops.TryPeek(out var loop))
            return;
        if (loop.Read < Math.Min(loop.Rounds, MostRereads) && _reread + _at - loop.Start < MostReread)
        {
            _reread += _at - loop.Start;
            loop.Read++;
            (loop.Sizes, loop.Output) = (CopySizes(), Output);
            // Its end is at the end of a tag.
            _end = loop.Start - 1;
            _at = loop.Start;
            return;
        }

        scope.Loops.Pop();
        scope.Work.Rounds = loop.Around;
        var more = loop.Rounds - loop.Read;
        if (more <= 0 || loop.Sizes.Count == 0)
            return;
        foreach (var (path, size) in scope.Sizes.ToArray())
        {
            if (loop.Sizes.TryGetValue(path, out var before) && size.Letters > before.Letters)
            {
                var grown = Grown(before, size, more);
                scope.Resize(path, grown);
                scope.NoticeSize(grown, tokens[Math.Min(_at, tokens.Count - 1)].Offset);
            }
        }

        Output = Grown(loop.Output, Output, more);
        NoticeOutput();
    }

    // How large all is that was put out, there where it goes now.
    private JinjaSize Output
    {
        get => _captures.TryPeek(out var capture) ? capture.Size : scope.Output;
        set
        {
            if (_captures.TryPeek(out var capture))
                capture.Size = value;
            else
                scope.Output = value;
        }
    }

    private void NoticeOutput() => scope.NoticeSize(Output, tokens[Math.Min(_at, tokens.Count - 1)].Offset);

    private Dictionary<string, JinjaSize> CopySizes()
    {
        _copied += scope.Sizes.Count;
        if (_copied <= MostCopied)
            return new(scope.Sizes);
        scope.Notice(JinjaRules.Costly, "has more loops and variables than are followed", tokens[Math.Min(_at, tokens.Count - 1)].Offset);
        return [];
    }

    // What doubles each time goes on to do so.
    private static JinjaSize Grown(JinjaSize before, JinjaSize size, long rounds) => size.Letters > before.Letters * 1.5 && before.Letters > JinjaSize.Unknown.Letters * 4
        ? size * Math.Pow(size.Letters / before.Letters, rounds)
        : new(size.Letters + ((size.Letters - before.Letters) * rounds), size.PerArgument);

    // The value for one of several names: its place is known where nothing is nested and as many stand there.
    private static JinjaValue PartOf(JinjaValue value, int index, int count, bool isNested) =>
        !isNested && value is { Items: { } items, Members: null } && items.Count == count ? items[index] : JinjaValue.AnyOf(JinjaCalls.Leaves(value));

    private const int MostRereads = 24;
    private const int MostReread = 20_000;
    private const int MostCopied = 1_000_000;
}
