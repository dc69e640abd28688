using System.Diagnostics;
using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Jinja;

/// <summary>Python counts, folds and escapes letters, and scopes names, in ways that are not followed: nothing that was guessed lays an alarm to rest. Each line resolves to a special name where no sandbox stands before it, or takes what the one who calls names of an object of Python.</summary>
public sealed class TemplateGuessTests
{
    public static TheoryData<string> Guessed => [
        // Cut out of a text: each letter and piece keeps what hides in the whole, however it is counted.
        "{% set u = '\ud83d\ude00abc_'[4] %}{{ messages[u~u~'class'~u~u] }}",
        "{{ messages['\ud83d\ude00\ud83d\ude00__class__'[2:]] }}",
        "{{ messages[('__ssalc__\ud83d\ude00'|reverse)[1:]] }}",
        "{% set u = ('\ud83d\ude00_'|list)[1] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = '\\ud800abc_x'[4] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = '\\\u00e9abc_xyz'[7] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = 'x\r\nabc_x'[5] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set a %}x\r\nabc_xyz{% endset %}{% set u = a[5] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('ab_x'|wordwrap(1))[5] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('abc_'|first) ~ ('abc_'|last) %}{{ messages[u ~ '_class__'] }}",
        "{% set u = 'abc_'[n|length] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = 'abc_'['3'|int] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('%sabc_xyzxyz'|safe % '<')[7] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (('%sabc_xyzxyz'|safe) % '<')[7] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (('a'|safe) + '<abc_xyzxyz')[8] %}{{ messages[u~u~'class'~u~u] }}",
        "{% autoescape true %}{% set x %}{{ '<' }}abc_xyzxyz{% endset %}{% set u = x[7] %}{{ messages[u~u~'class'~u~u] }}{% endautoescape %}",
        "{% set a, u = 'c_' %}{{ messages[u~u~'class'~u~u] }}",
        "{% for a, u in ['c_'] %}{{ messages[u~u~'class'~u~u] }}{% endfor %}",
        "{{ messages['\u001c__class__\u001c'.strip()] }}",
        "{{ messages['\u001c__class__\u001c'|trim] }}",
        "{{ messages['\u001d__class__'.lstrip()] }}",
        "{% set a -%}\u001d__class__\u001d{%- endset %}{{ messages[a] }}",
        "{{ messages['x\u000b__class__'.splitlines()[-1]] }}",
        "{{ messages['x\u001e__class__'.splitlines()[1]] }}",
        "{% set u = 'x_\\nz'.splitlines(true)[0][-2] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('abc_xyz'.encode()|string)[5] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('%s' % ['abc_xyz'])[5] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('%dabc_xyz' % true)[4] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('{:5}abc_xyz'.format(true))[8] %}{{ messages[u~u~'class'~u~u] }}",
        // Lists and mappings that change, and what filters make of elements.
        "{% set l = ['x', '_'] %}{% set z = l.reverse() %}{% set u = l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set l = ['x', '_'] %}{% set z = l.pop(0) %}{% set u = l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set l = ['x', '_'] %}{% set z = l.sort() %}{% set u = l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set l = ['x', '_'] %}{% set z = l.remove('x') %}{% set u = l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set l = ['x', '_'] %}{% set m = l %}{% do m.reverse() %}{% set u = l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set n = namespace(l=['x', '_']) %}{% do n.l.reverse() %}{% set u = n.l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set l = {'a': 'x'} %}{% set z = l.clear() %}{{ messages[l.a ~ '__cla' ~ 'ss__'] }}",
        "{% set l = ['x', '_'][:] %}{% do l.reverse() %}{% set u = l[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{{ messages[{}.pop('a', '__cla' ~ 'ss__')] }}",
        "{{ messages[{'__cla' ~ 'ss__': 1}.popitem()[0]] }}",
        "{% do messages.append('__cla' ~ 'ss__') %}{{ tools[messages[-1]] }}",
        "{% set ns = namespace(l='a b'.split()) %}{% do ns.l.append('__cla' ~ 'ss__') %}{{ messages[ns.l[-1]] }}",
        "{% set u = ['abc_d']|map(attribute=3)|first %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (['abc_']|groupby(3)|first)[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ({'zzzz': 1, 'abc_': 1}|dictsort|first)[0][3] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (['xyzxyzxyzxyzxyzxyzxyzxyzxyz']|join('', attribute='format_map'))[23] %}{{ messages[u~u~'class'~u~u] }}",
        "{{ messages[([{'k': '__cla' ~ 'ss__'}]|groupby('k')|first).grouper] }}",
        "{{ messages[([]|sum(start=['__cla' ~ 'ss__']))[0]] }}",
        "{{ messages['x'|int('__cla' ~ 'ss__')] }}",
        "{{ messages[x|default(boolean=true, default_value='__cla' ~ 'ss__')] }}",
        "{% set u = ({'a': 'x', 'a': '_'}.values()|list)[0] %}{{ messages[u~u~'class'~u~u] }}",
        "{{ messages[['__cla' ~ 'ss__'].0] }}",
        "{{ messages[{(1, 2): '__cla' ~ 'ss__'}[1, 2]] }}",
        "{{ messages[{key: '__cla' ~ 'ss__'}.k] }}",
        "{{ messages[{'a': '__cla' ~ 'ss__', 'b': 'x'}['\ud83d\ude00a'[1:]]] }}",
        "{{ messages|map('\ud83d\ude00attr'[1:], '__cla' ~ 'ss__')|list }}",
        "{% macro m(a, b) %}{{ messages[b] }}{% endmacro %}{{ m(*('a'.split() + ['__cla' ~ 'ss__'])) }}",
        // Names that are set somewhere, and not where they are read: what is not set is nothing beside a text.
        "{{ messages[('x' if false) ~ '__cla' ~ 'ss__'] }}",
        "{% if false %}{% set x = 'zz' %}{% endif %}{{ messages[x ~ '__cla' ~ 'ss__'] }}",
        "{% for x in ['zz'] %}{% endfor %}{{ messages[x ~ '__cla' ~ 'ss__'] }}",
        "{{ messages[x ~ '__cla' ~ 'ss__'] }}{% set x = 'zz' %}",
        "{% set n = namespace() %}{% if false %}{% set n.q = 'zz' %}{% endif %}{{ messages[n.q ~ '__cla' ~ 'ss__'] }}",
        "{% macro m(p) %}{{ messages[p ~ '__cla' ~ 'ss__'] }}{% endmacro %}{% if false %}{{ m('zz') }}{% endif %}{{ m() }}",
        "{% for a in ['zz'] %}{{ messages[loop.previtem ~ '__cla' ~ 'ss__'] }}{% endfor %}",
        "{{ messages[(['zz']|reject('string')|first) ~ '__cla' ~ 'ss__'] }}",
        "{{ messages[['zz'][9|int] ~ '__cla' ~ 'ss__'] }}",
        "{% with x = 'zz' %}{% endwith %}{{ messages[x ~ '__cla' ~ 'ss__'] }}",
        "{% set x = 'zz' %}{% block b %}{% for y in ['zz'] %}{% block c %}{{ messages[y ~ '__cla' ~ 'ss__'] }}{% endblock %}{% endfor %}{% endblock %}",
        "{% macro m() %}{% set x = 'zz' %}{% endmacro %}{{ messages[x ~ '__cla' ~ 'ss__'] }}",
        "{% set b %}{% set x = 'zz' %}{% endset %}{{ messages[x ~ '__cla' ~ 'ss__'] }}",
        "{% set in = '__cla' ~ 'ss__' %}{{ messages['' ~ in] }}",
        "{% set not = '__cla' ~ 'ss__' %}{{ messages['' ~ not] }}",
        "{% set not = 1 %}{{ messages[(1 is eq not) and '' or '__cla' ~ 'ss__'] }}",
        "{% with (a, b) = ('x', '__cla' ~ 'ss__') %}{{ messages[b] }}{% endwith %}",
        "{{ messages[-5|replace('-5', '__cla' ~ 'ss__')] }}",
        "{{ messages[({'__cla' ~ 'ss__': 1}.keys() - ['x'])|first] }}",
        // Letters out of the text of an object, and functions of Jinja under a name that something else has elsewhere.
        "{% set u = ({}.keys()|string)[4] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ({}.items()|string)[4] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (messages[0].values()|string)[4] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ({}|items|string)[20] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ([]|reverse|string)[5] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (namespace(a_b=1)|string)[14] %}{{ messages[u~u~'class'~u~u] }}",
        "{% macro a_b() %}{% endmacro %}{% set u = a_b.name[1] %}{{ messages[u~u~'class'~u~u] }}",
        "{% macro a_b() %}{% endmacro %}{% set u = (a_b.name|list)[1] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = q_q._undefined_name[1] %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = '&#95;'|striptags %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = ('&lowbar;'|safe).unescape() %}{{ messages[u~u~'class'~u~u] }}",
        "{% set u = (messages[0].role.format_map|string)[23] %}{{ messages[u~u~'class'~u~u] }}",
        "{% for lipsum in messages %}{% endfor %}{{ lipsum[k ~ k]['os'].getcwd() }}",
        "{% if false %}{% set lipsum = messages %}{% endif %}{{ lipsum[messages[0].role] }}",
        "{% macro f(lipsum) %}{% endmacro %}{{ f(messages) }}{{ lipsum[messages[0].role] }}",
        "{% for i in [] %}{% set lipsum = messages %}{% endfor %}{{ lipsum[k].x }}",
        "{{ fn[a]['os'].getcwd() }}",
        "{{ fn[a][b].getcwd() }}",
        "{{ fn[a].codecs.open('x') }}",
        "{% for k, v in fn[a].items() %}{{ v.getcwd() }}{% endfor %}",
        "{{ x.execlp('sh') }}",
        "{{ (lipsum if x)[k] }}",
        "{{ [lipsum][0][k] }}",
        "{{ (nothing|default(lipsum))[k] }}",
    ];

    [Theory]
    [MemberData(nameof(Guessed))]
    public void What_is_guessed_never_makes_a_template_clean(string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.True(found.Verdict is InspectionVerdict.Dangerous or InspectionVerdict.Suspicious, $"{template} is {found.Verdict}");
    }

    [Theory]
    [InlineData("{% set names = {'tool_result': 'TOOL', 'user': 'U'} %}{% if x %}{% set key = 'tool_result' %}{% endif %}{{ names[key] }}{{ names[message.role] }}")]
    [InlineData("{% set content = message.content.split('</think>')[-1].lstrip('\n') %}{{ content[:100] }}{{ 'a_b'[:1] }}{{ 'x_y'|upper|trim }}")]
    [InlineData("{% for message in messages %}{% set role = message.role|replace('_', ' ')|title %}{{ role }}{{ message['tool_' ~ kind ~ 's'] }}{% endfor %}")]
    [InlineData("{% set stack = [] %}{% set _ = stack.append(messages[0]) %}{% set top = stack.pop() %}{{ top.role }}{{ messages[stack|length].content.strip() }}{{ messages[i][key].items()|list }}")]
    [InlineData("{% set prefix = 'reasoning_' %}{{ message[prefix ~ 'content'] }}{{ message[prefix ~ kind] }}{{ messages[-1|abs].role }}{{ [1, 2, 3][-2 ** 2 - 3] }}")]
    [InlineData("{% macro show(item, key='tool_calls', indent='') %}{{ indent ~ item[key] }}{% endmacro %}{{ show(message) }}{{ show(message, 'tool_call_id') }}{{ show(message, indent='  ') }}")]
    [InlineData("{% set ns = namespace(tool_names=[], last_role='') %}{% for m in messages %}{% set ns.last_role = m.role %}{% set ns.tool_names = ns.tool_names + [m.tool_name] %}{% endfor %}{{ ns.tool_names|join(', ') }}{{ styles[ns.last_role] }}")]
    [InlineData("{% for group in messages|groupby('role') %}{{ group.grouper }}{{ group.list|length }}{% endfor %}{% for role, items in messages|groupby('role') %}{{ labels[role] }}{% endfor %}")]
    public void What_honest_templates_cut_and_look_up_is_clean(string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.True(found.Findings.Count == 0, string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Fact]
    public void A_count_that_overflows_ends_nothing()
    {
        foreach (var range in (ReadOnlySpan<string>)["-9223372036854775807, 9223372036854775807, 300000000000000000", "9223372036854775807, -9223372036854775807, -300000000000000000", "-9223372036854775807, 9223372036854775807"])
            Assert.NotEqual(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes("{{ range(" + range + ") }}"), "a.jinja").Verdict);
    }

    public static TheoryData<string, string, string, int> Costly => new()
    {
        { "replaced", "{{ '" + new string('a', 100_000) + "'.replace('a', '" + new string('b', 100_000) + "') }}", "", 0 },
        { "split", "{% set p = '" + new string('a', 1_000_000) + "' %}", "{{ p.split('a') }}{{ p.splitlines() }}{{ p|list }}", 100 },
        { "quotes", "{{ '", "\\'", 100_000 },
        { "names of characters", "{{ '", "\\N{", 300_000 },
        { "stripped", "{{ '" + new string('a', 300_000) + "'.strip('" + new string('b', 300_000) + "a') }}", "", 0 },
        { "patterns", "{% set p = '" + string.Concat(Enumerable.Repeat("{0.a}", 18_000)) + "' %}", "{{ p.format }}{{ p.format(x) }}{{ p % x }}", 1000 },
        { "picks", "{% set p = [" + string.Concat(Enumerable.Range(0, 100_000).Select(index => $"'a{index}',")) + "] %}", "{{ p|random }}{{ p[x] }}{{ p|reverse|list|join }}", 3000 },
        { "keys", "{% set d = {" + string.Concat(Enumerable.Range(0, 30_000).Select(index => $"'a{index}': {index},")) + "} %}", "{{ d.zz }}{{ d[x] }}{{ d.get(x) }}", 10_000 },
        { "attributes", "{% set n = namespace() %}" + string.Concat(Enumerable.Range(0, 3000).Select(index => $"{{% set n.a{index} = 'x' %}}")), "{{ n[x] }}{{ n|list }}", 3000 },
        { "slices", "{% set p = '" + string.Concat(Enumerable.Repeat("ab_", 300)) + "' %}", "{{ p[1:] }}{{ p[2] }}{{ p|upper }}", 30_000 },
        { "long keys", "{% set p = '" + string.Concat(Enumerable.Repeat("a.b_", 30_000)) + "' %}", "{{ x[p] }}", 10_000 },
        { "blocks", "", "{% if a %}{% set x = 'a' %}{{ x }}", 50_000 },
    };

    [Theory]
    [MemberData(nameof(Costly))]
    public void A_template_that_works_on_one_text_again_and_again_takes_little_time_and_memory(string what, string head, string piece, int count)
    {
        var bytes = Encoding.UTF8.GetBytes(head + string.Concat(Enumerable.Repeat(piece, count)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Inspect(bytes, "a.jinja");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{what}: {watch.Elapsed}");
        Assert.True(allocated < 8L << 30, $"{what}: {allocated} bytes");
    }

    [Fact]
    public void A_template_that_is_not_followed_to_its_end_says_so()
    {
        var template = "{% set p = '" + string.Concat(Enumerable.Repeat("ab_", 300)) + "' %}" + string.Concat(Enumerable.Repeat("{{ p[1:] }}", 30_000));
        Assert.Contains("FMT002", Inspect(Encoding.UTF8.GetBytes(template), "a.jinja").Findings.Select(finding => finding.Code));
    }
}
