namespace Precinto.Formats.Pickle;

// Settings that act on what is put into them: dictionaries with attributes, and OmegaConf's trees.
internal sealed partial class PickleMachine
{
    private void JudgeItems(PickleObject built, PickleDictionary items, long at)
    {
        var first = items.JudgedCount;
        JudgeAttributes(built, items, at);
        // EasyDict makes a dictionary of its own of each that is given to it, and of each in a list.
        foreach (var (_, value) in items.Entries.Skip(first))
        {
            if (built.Class is { Name: "EasyDict" } made && (IsOfOthers(value) || PartsOf(value).Any(IsOfOthers)))
                _session.Notice(PickleRules.UnjudgedArguments, made, $"Sets an item of an object made by {made} to {Describe(value)}, which it looks through.", at);
        }

        static bool IsOfOthers(PickleValue value) => IsRestored(value) && value.Object?.Class is not { Name: "EasyDict" };
    }

    // BaseContainer.__setstate__ asks what describes it for its types, and those for theirs: a tree that is asked for an attribute resolves
    // what stands there, and a resolver is whatever function the loading program registered, or one that reads the environment.
    private void JudgeSettings(PickleObject built, PickleValue state, long at)
    {
        if (built.Class is not { IsKnown: true } made || !made.Module.StartsWith("omegaconf.", StringComparison.Ordinal))
            return;
        if (state.Dictionary is not { Entries.Count: <= JudgedItems } attributes || attributes.Entries.Exists(entry => IsAsked(entry.Key, entry.Value)))
            _session.Notice(PickleRules.UnjudgedArguments, made, $"Restores {Describe(PickleValue.From(built))} with a description of another kind, which is asked for its attributes.", at);
    }

    private static bool IsAsked(PickleValue key, PickleValue value) => key.Text switch
    {
        "_metadata" => value.Object?.Class is not { Module: "omegaconf.base", Name: "Metadata" or "ContainerMetadata" },
        "ref_type" or "object_type" or "key_type" or "element_type" => IsRestored(value),
        null => true,
        _ => false,
    };
}
