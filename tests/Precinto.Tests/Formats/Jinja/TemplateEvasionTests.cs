using System.Diagnostics;
using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Jinja;

/// <summary>Names that are put together, one technique a line: from fills and codes, in loops and namespaces, by data of the one who calls, behind mistakes of the lexer.</summary>
public sealed class TemplateEvasionTests
{
    public static TheoryData<string> PutTogether => [
        // Formats.
        "{{ ''['{:_^11}'.format('_class_'[:6])] }}",
        "{{ ''['{:_>7}'.format('class') ~ '__'] }}",
        "{{ ''['{:_^9}'.format('class')] }}",
        "{{ ''['{x:_^9}'.format(x='class')] }}",
        "{{ ''['{:{}^9}'.format('class', '_')] }}",
        "{{ ''['{:_^9.5}'.format('classes')] }}",
        "{{ ''[messages[0].spec.format('class')] }}",
        "{{ ''['%(u)sclass%(u)s' % {'u': '__'}] }}",
        "{{ ''['%(u)sclass%(u)s'|format(u='__')] }}",
        "{{ ''['%*c' % (1, 95)] }}",
        "{{ ''['{a}class{a}'.format_map({'a': '__'})] }}",
        "{{ ('{0.__cl' ~ 'ass__}').format_map({}) }}",
        "{% set f = ('{0.__cl' ~ x ~ 'ass__}').format %}{{ f('') }}",
        "{{ ('{0[__cl' ~ 'ass__]}')|attr('format')('') }}",
        "{{ '{0:{1.__init__.__globals__}}'.format('', cycler) }}",
        "{{ '{0!r:>{1.__init__}}'.format('', cycler) }}",
        "{{ '{0[a}b].__class__}'.format('') }}",
        "{{ '{0.__class__}} {'.format('') }}",
        "{{ ''['{:{}>{}}'.format('class__', '_', 9)] }}",
        "{{ ''['{:{x}>9}'.format('class__', x='_')] }}",
        "{{ ''['{!s:_>9}'.format('class__')] }}",
        "{{ ''['{!r}'.format('__class__')] }}",
        "{{ messages[0].content.format(cycler) }}",
        "{{ (messages|first).content.format_map({'x': lipsum}) }}",
        // What a filter yields one by one.
        "{{ (lipsum|attr(['__globals__']|map('trim')|first))['os'].mkdir('P') }}",
        "{{ lipsum|attr(['xxglobalsxx']|map('replace', 'x', '_')|first) }}",
        "{{ lipsum|attr(['__%s__']|map('format', 'globals')|list|first) }}",
        "{% for n in ['__globals__']|map('trim') %}{{ lipsum|attr(n) }}{% endfor %}",
        "{{ (['{0.__globals__[os].environ}']|map('trim')|first).format(lipsum) }}",
        "{{ messages|map(attribute=(['__class__']|map('string')|first))|list }}",
        // Letters by other functions.
        "{{ ''['class'.center(9, '_')] }}",
        "{{ ''['class'|center(9)|replace(' ', '_')] }}",
        "{{ ''['5f5fclass'.fromhex('5f')] }}",
        "{{ ''[(95).to_bytes(1, 'big').decode() ~ 'x'] }}",
        "{{ ''['a'.translate({97: '_'})] }}",
        "{{ ''['__cla\u00df__'.casefold()] }}",
        "{{ ''['__CLA\u00df__'.upper().lower()] }}",
        "{{ ''[('_' ~ none ~ '_class_' ~ none ~ '_')|replace('None', '')] }}",
        "{{ ''[('_True_class_True_').replace(true|string, '')] }}",
        "{{ ''['\\N{DOLLAR SIGN}\\N{DOLLAR SIGN}class\\N{DOLLAR SIGN}\\N{DOLLAR SIGN}'|replace('$', '_')] }}",
        "{{ ''['_\\\n_class_\\\n_'] }}",
        "{{ ''['__class'|truncate(9, true, '__')] }}",
        "{{ ''['a\nb'|indent('__')] }}",
        "{{ ''[strftime_now('_%%_class_%%_')|replace('%', '')] }}",
        "{{ ''[eos_token] }}",
        "{{ ''[['_','_','class','_','_']|sum(start='')] }}",
        "{{ ''[[['_'], ['_', 'class']]|sum(start=[])|join] }}",
        // The text of an object holds letters for any name.
        "{{ ''[(lipsum ~ '')[18] ~ 'x'] }}",
        "{{ ''[('%s' % lipsum)[18:19]] }}",
        "{{ ''['{}'.format(range)[1]] }}",
        "{{ ''[[cycler]|join] }}",
        "{{ ''[(messages|map('upper')|string)[21]] }}",
        "{% macro m() %}{% endmacro %}{{ ''[(m ~ '')[3]] }}",
        "{% set f %}{{ lipsum }}{% endset %}{{ ''[f[18]] }}",
        "{{ ''[(''.isalpha|string)[5]] }}",
        // Namespaces, lists and loops.
        "{% set ns = namespace() %}{% set ns.a = '__cla' %}{% set ns.b = ns.a ~ 'ss__' %}{{ ''[ns.b] }}",
        "{% set ns = namespace() %}{% set other = ns %}{% set ns.a = '__cla' ~ 'ss__' %}{{ messages[other.a] }}",
        "{% set n = namespace %}{% set ns = n(a='__cla') %}{{ messages[ns.a ~ 'ss__'] }}",
        "{% set ns = namespace({'a': '__cla'}) %}{{ messages[ns.a ~ 'ss__'] }}",
        "{% set ns = namespace(dict([('a', '__cla')])) %}{{ messages[ns.a ~ 'ss__'] }}",
        "{% set d = dict({'a': '__cla'}, b='ss__') %}{{ messages[d.a ~ d.b] }}",
        "{% set l = [] %}{% if l.append('__cla') %}{% endif %}{% if l.append('ss__') %}{% endif %}{{ messages[l|join] }}",
        "{% set d = {} %}{% do d.update({'a': '__cla'}) %}{{ messages[d.a ~ 'ss__'] }}",
        "{% set l = 'a'|list %}{% set m = l %}{{ m.extend(['__cl', 'ass__']) or '' }}{{ messages[l|join] }}",
        "{% set ns = namespace(i=0) %}{% for c in 'x' * 5 %}{{ messages['ab_c_'[ns.i] ~ '_class__'] }}{% set ns.i = ns.i + 1 %}{% endfor %}",
        "{% set k = 'x' %}{% for i in [1, 2] %}{{ messages[k] }}{% set k = '__cla' ~ 'ss__' %}{% endfor %}",
        "{% set ns = namespace(a='', b='', c='') %}{% for i in [1, 2, 3, 4] %}{{ messages[ns.c] }}{% set ns.c = ns.b %}{% set ns.b = ns.a %}{% set ns.a = '_' ~ '_class_' ~ '_' %}{% endfor %}",
        "{% for c in cycler('__cl', 'ass__').current %}{% endfor %}{{ messages[cycler('__cl').next() ~ 'ass__'] }}",
        "{% for a in ['__cl'] %}{% for b in ['ass__'] %}{{ messages[a ~ b] }}{% endfor %}{% endfor %}",
        "{% for a in ['__cl', 'ass__'] %}{{ messages[loop.previtem ~ a] }}{% endfor %}",
        "{% set (a, (b, c)) = ('x', ('__cl', 'ass__')) %}{{ messages[b ~ c] }}",
        "{% for (a, (b, c)) in [('x', ('__cl', 'ass__'))] %}{{ messages[b ~ c] }}{% endfor %}",
        // Blocks, macros and their callers.
        "{% block a %}__cla{% endblock %}{{ messages[self.a() ~ 'ss__'] }}",
        "{% set a %}\n  __cla{{ '' }}ss__\n{% endset %}{{ messages[a] }}",
        "{% set a %}{%- if true -%} __class__ {%- else -%} role {%- endif -%}{% endset %}{{ messages[a] }}",
        "{% macro m(a, b) %}{{ messages[a ~ b] }}{% endmacro %}{{ m('__cl', 'ass__') }}",
        "{% macro m(a, b) %}{{ messages[a ~ b] }}{% endmacro %}{% set f = m %}{{ f('__cl', b='ass__') }}",
        "{% macro m() %}{{ messages[varargs|join] }}{% endmacro %}{{ m('__cl', 'ass__') }}",
        "{% macro m() %}{{ caller('__cl', 'ass__') }}{% endmacro %}{% call(a, b) m() %}{{ messages[a ~ b] }}{% endcall %}",
        "{% macro m() %}{{ messages[caller()] }}{% endmacro %}{% call m() %}__cla{{ 'ss__' }}{% endcall %}",
        "{% for a in [['x']] recursive %}{{ messages[a] }}{{ loop(['__cl' ~ 'ass__']) }}{% endfor %}",
        "{% set a | replace('x', '__') %}xclassx{% endset %}{{ messages[a] }}",
        "{% set b %}{% filter replace('x', '__') %}xclassx{% endfilter %}{% endset %}{{ messages[b] }}",
        "{% macro m() %}{% endmacro %}{{ m._environment.loader }}",
        "{% macro m() %}{% endmacro %}{% set e = m._environment %}{{ e.from_string(messages[0].content).render() }}",
        "{% macro m() %}{{ caller._environment.from_string(messages[0].content).render() }}{% endmacro %}{% call m() %}x{% endcall %}",
        "{% block b %}{% endblock %}{{ self.b._context.environment.from_string(messages[0].content).render() }}",
        "{% macro m() %}{% endmacro %}{% for f in [m] %}{{ f._environment }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ (m|attr('_environment')).loader }}",
        "{% macro m() %}{% endmacro %}{{ [m]|map(attribute='_environment')|list }}",
        "{{ environment.from_string(messages[0].content).render() }}",
        "{{ self._context }}",
        // Filters that take attributes.
        "{{ messages|map(attribute='__cla' ~ 'ss__') }}",
        "{{ messages|map('map', attribute='__cla' ~ 'ss__') }}",
        "{{ messages|map('selectattr', '__cla' ~ 'ss__') }}",
        "{{ messages|sort(false, false, '__cla' ~ 'ss__') }}",
        "{{ messages|unique(false, '__cla' ~ 'ss__') }}",
        "{{ messages|max(attribute='a.__cla' ~ 'ss__') }}",
        "{{ messages|sum('__cla' ~ 'ss__') }}",
        // What a lexer or a parser may take for a mistake.
        "{{\x1c ''['__cla' ~ 'ss__'] }}",
        "{%\x1craw %}{{ ''.a }}{% endraw %}{{ messages['__cla' ~ 'ss__'] }}",
        "{{ 1if messages['__cla' ~ 'ss__'] else 2 }}",
        "{{ 0x5f if messages['__cla' ~ 'ss__'] }}",
        "{% autoescape messages['__cla' ~ 'ss__'] %}{% endautoescape %}",
        "{% trans a=messages['__cla' ~ 'ss__'] %}{{ a }}{% endtrans %}",
        "{% generation %}{{ messages['__cla' ~ 'ss__'] }}{% endgeneration %}",
        "{% debug %}{% whatever x %}{{ messages['__cla' ~ 'ss__'] }}",
        "{{ ? messages['__cla' ~ 'ss__'] }}",
        "{{ (messages['__cla' ~ 'ss__'] }}{{ messages['__cla' ~ 'ss__'] }}",
    ];

    [Theory]
    [MemberData(nameof(PutTogether))]
    public void A_name_that_is_put_together_is_never_clean(string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.True(found.Verdict is InspectionVerdict.Dangerous or InspectionVerdict.Suspicious, $"{template} is {found.Verdict}");
    }

    [Theory]
    [InlineData("{{ ''[messages[0].role] }}")]
    [InlineData("{{ 'abc'[messages[0].role][messages[1].role] }}")]
    [InlineData("{{ cycler[messages[0].role] }}")]
    [InlineData("{% macro m() %}{% endmacro %}{{ m[messages[0].role] }}")]
    [InlineData("{{ ''.join[messages[0].role] }}")]
    [InlineData("{{ messages[messages[0].a][messages[0].b][messages[0].c] }}")]
    [InlineData("{{ messages[messages[0].a]('x') }}")]
    [InlineData("{{ messages|map(attribute=messages[0].role) }}")]
    [InlineData("{{ messages|map(messages[0].a, messages[0].b) }}")]
    [InlineData("{{ messages|sort(attribute=messages[0].role) }}")]
    [InlineData("{{ messages|selectattr(messages[0].role) }}")]
    [InlineData("{{ messages|attr(messages[0].role) }}")]
    [InlineData("{{ messages['_' ~ messages[0].role ~ '_'] }}")]
    public void What_the_one_who_calls_names_is_no_attribute_of_an_object_of_Python(string template) => AssertCode(template, "TPL101");

    [Theory]
    [InlineData("{{ 'see __globals__ for more'.split()[1] }}{{ messages[key] }}")]
    [InlineData("{% set k = 'the __globals__ of it' %}{{ messages[messages[0].part] }}")]
    [InlineData("{{ 'use __globals__'[4:] ")]
    [InlineData("{{ ''['see __class__'.split()[1]] }}")]
    [InlineData("{{ ''['see __class__'[4:]] }}")]
    [InlineData("{{ ''[([{'k': 'see __class__'}]|groupby('k')|first).grouper.split()[1]] }}")]
    public void A_special_name_in_a_text_is_dangerous_where_names_are_computed(string template) => AssertCode(template, "CFG107");

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{0")]
    [InlineData("{0!")]
    [InlineData("{0!r")]
    [InlineData("{0!r}")]
    [InlineData("{0!rr}")]
    [InlineData("{0:")]
    [InlineData("{0:{")]
    [InlineData("{0:{}")]
    [InlineData("{0:{1}}")]
    [InlineData("{0:{1:{2}}}")]
    [InlineData("{0!r:>{1}}")]
    [InlineData("{:{}}{")]
    [InlineData("{{}}")]
    [InlineData("{0[a}b]}")]
    [InlineData("{0[}")]
    [InlineData("{0.}")]
    [InlineData("{0..a}")]
    [InlineData("{0:99999999999999999999}")]
    [InlineData("{99999999999999999999}")]
    [InlineData("{0:-1.-1}")]
    [InlineData("{:,}{:=+#010.3e}")]
    public void Each_pattern_of_a_format_is_survived(string pattern)
    {
        foreach (var call in (ReadOnlySpan<string>)["'$'.format('a', 3)", "'$'.format_map({'a': 'b'})", "('$' ~ x).format(y)", "'$'.format"])
            Assert.NotEqual(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes("{{ " + call.Replace("$", pattern, StringComparison.Ordinal) + " }}"), "chat_template.jinja").Verdict);
    }

    [Theory]
    [InlineData("{% for i in range(10 ** 9) %}x{% endfor %}")]
    [InlineData("{% for i in range(1000 * 1000) %}x{% endfor %}")]
    [InlineData("{% set r = range %}{{ r(0, 999999999, 3)|list }}")]
    [InlineData("{{ 'a' * 10 ** 9 }}")]
    [InlineData("{{ 100000000 * 'a' }}")]
    [InlineData("{{ 2 ** 100000000 }}")]
    [InlineData("{% for i in range(90000) %}{% for j in range(90000) %}x{% endfor %}{% endfor %}")]
    public void A_number_that_takes_all_time_or_memory_is_told(string template) => AssertCode(template, "TPL106");

    [Fact]
    public void A_template_with_more_variables_than_are_followed_is_not_clean()
    {
        var many = string.Concat(Enumerable.Range(0, 10_100).Select(index => "{% set v" + index + " = 1 %}"));
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes(many), "a.jinja").Verdict);
    }

    /// <summary>Values and work that grow by what a template does, however small its numbers are.</summary>
    [Theory]
    [InlineData("{% set x = [1] %}$30{% set x = x + x %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = x ~ x %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = (x + x)|upper %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = (x ~ x)[:] %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = (x ~ x).split('q')[0] %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = (x ~ x)|batch(99999)|first|join %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = [x, x]|join %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = '%s%s' % (x, x) %}$")]
    [InlineData("{% set x = 'a' %}$30{% set x = '{0}{0}'.format(x) %}$")]
    [InlineData("{% set x = [1] %}$30{% set x = [x, x] %}${{ x }}")]
    [InlineData("{% set x = 'a' * 1000 %}$30{% set x = x.replace('a', 'aa') %}$")]
    [InlineData("{% set x = 'a' * 1000 %}$30{% set x = x|replace('a', 'aa') %}$")]
    [InlineData("{% set x = 'a' * 1000 %}$3{% set x = x.replace('', x) %}$")]
    [InlineData("{% set x = 10 %}$30{% set x = x * x %}$")]
    [InlineData("{% set x = messages %}$30{% set x = x + x %}$")]
    [InlineData("{% set n = namespace(x='a') %}$30{% set n.x = n.x ~ n.x %}$")]
    [InlineData("{% set n = namespace(x='a') %}{% for i in range(40) %}{% set n.x = n.x ~ n.x %}{% endfor %}")]
    [InlineData("{% set n = namespace(x='a') %}{% for i in range(99999) %}{% set n.x = n.x ~ 'abcdefghijklmnopqrstuvwxyz' * 100 %}{% endfor %}")]
    [InlineData("{% set x %}a{% endset %}$30{% set x %}{{ x }}{{ x }}{% endset %}$")]
    [InlineData("{% macro d(x) %}{{ x }}{{ x }}{% endmacro %}{% set x = 'a' %}$30{% set x = d(x) %}$")]
    [InlineData("{% macro d(x) %}{{ x ~ x }}{% endmacro %}{{ $30d($'a'$30)$ }}")]
    [InlineData("{% set b = 'a' * 10000 %}{% for i in range(100) %}{% for j in range(1000) %}{{ b }}{% endfor %}{% endfor %}")]
    [InlineData("{% set b = 'a' * 10000 %}{% set y %}{% for i in range(100) %}{% for j in range(1000) %}{{ b }}{% endfor %}{% endfor %}{% endset %}")]
    [InlineData("{% macro a0() %}{% for i in range(99) %}{{ a1() }}{% endfor %}{% endmacro %}{% macro a1() %}{% for i in range(99) %}{{ a2() }}{% endfor %}{% endmacro %}"
        + "{% macro a2() %}{% for i in range(99) %}{{ a3() }}{% endfor %}{% endmacro %}{% macro a3() %}{% for i in range(99) %}x{% endfor %}{% endmacro %}{{ a0() }}")]
    [InlineData("{% macro c() %}{{ caller() }}{{ caller() }}{% endmacro %}$30{% call c() %}$x$30{% endcall %}$")]
    [InlineData("$30{% for m in messages %}$x$30{% endfor %}$")]
    [InlineData("{{ 'a'|center(10**9) }}")]
    [InlineData("{{ 'a'.ljust(1e9|int) }}")]
    [InlineData("{{ 'a'.zfill('1000000000'|int) }}")]
    [InlineData("{{ 'a' * ('1000000000'|int) }}")]
    [InlineData("{{ 'a'|indent(width=10**9) }}")]
    [InlineData("{{ [1]|slice(10**9)|list }}")]
    [InlineData("{{ [1]|batch(10**9, 'x')|list }}")]
    [InlineData("{{ ['a']|map('center', 10**9)|list }}")]
    [InlineData("{{ lipsum(n=10**9) }}")]
    [InlineData("{{ '%999999999d'|format(1) }}")]
    [InlineData("{{ '%.999999999f' % 1.5 }}")]
    [InlineData("{{ '%*d'|format(10**9, 1) }}")]
    [InlineData("{{ '{:>999999999}'.format(1) }}")]
    [InlineData("{{ '{:>{}}'.format(1, 10**9) }}")]
    [InlineData("{{ range('999999999'|int)|list }}")]
    [InlineData("{{ [0] * 10**9 }}")]
    public void What_grows_without_need_is_told(string template) => AssertCode(Repeated(template), "TPL106");

    [Theory]
    [InlineData("{% set n = namespace(x='') %}{% for m in messages %}$30{% set n.x = n.x ~ '<|im_start|>' ~ m.content ~ '<|im_end|>' %}${% endfor %}{{ n.x }}")]
    [InlineData("{% set c = messages[0].content %}$12{% set c = c.replace('&', '&amp;') %}${{ c }}")]
    [InlineData("{% macro t(s, i) %}{% for p in s.items() %}{{ t(p[1], i + 1) }}{{ t(p[0], i) }}{% endfor %}{% endmacro %}{% for x in tools %}{{ t(x, 0) }}{{ t(x.y, 1) }}{% endfor %}")]
    [InlineData("{% for i in range(0, 20) %}{{ ' ' * i }}{% for m in messages %}{% for c in m.content %}{{ c.text|indent(4)|trim|truncate(1000000) }}{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% set w = '%-30s: %5.2f' %}{{ w|format('a', 1.5) }}{{ '{:>12} {:%Y-%m-%d}'.format(1, x) }}{{ 10**9 }}{{ '100%' ~ ' 99999999 users: 12345678901' }}")]
    public void What_a_conversation_makes_long_is_clean(string template) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes(Repeated(template)), "chat_template.jinja").Verdict);

    // Jinja takes an attribute only where there is no such element.
    [Theory]
    [InlineData("{% if n.x is mapping and s in n.x %}{% set n.x = n.x[s] %}{% endif %}", true)]
    [InlineData("{% if n.x is mapping and s in n.x and s != 'a' %}{% set n.x = n.x[s] %}{% elif true %}{% set n.x = none %}{% endif %}", true)]
    [InlineData("{% set n.x = n.x[s] %}", false)]
    [InlineData("{% if s in n.x %}{% set n.x = n.x[s] %}{% endif %}", false)]
    [InlineData("{% if n.x is mapping or s in n.x %}{% set n.x = n.x[s] %}{% endif %}", false)]
    [InlineData("{% if not (n.x is mapping and s in n.x) %}{% set n.x = n.x[s] %}{% endif %}", false)]
    [InlineData("{% if n.x is mapping and s in n.x %}a{% else %}{% set n.x = n.x[s] %}{% endif %}", false)]
    [InlineData("{% if n.x is mapping and s in n.x %}a{% endif %}{% set n.x = n.x[s] %}", false)]
    [InlineData("{% if n.x is mapping and s in n.x %}{% set s = t %}{% set n.x = n.x[s] %}{% endif %}", false)]
    [InlineData("{% if n.x is mapping and s in n.x %}{% set n = m %}{% set n.x = n.x[s] %}{% endif %}", false)]
    [InlineData("{% if n.x is mapping and s in n.x %}{% set n.x = n.x|attr(s) %}{% endif %}", false)]
    public void A_walk_through_data_is_one_only_where_each_step_is_known_to_be_an_element(string step, bool isClean) =>
        Assert.Equal(isClean, Inspect(Encoding.UTF8.GetBytes("{% set n = namespace(x=tools) %}{% for s in tools[0].path.split('/') %}" + step + "{% endfor %}{{ n.x }}"), "chat_template.jinja").Verdict == InspectionVerdict.Clean);

    [Theory]
    [InlineData("{% set n = namespace() %}{% set n.n = n %}{{ n }}{{ n.n.n ~ n }}")]
    [InlineData("{% set d = dict(a=1) %}{{ d.update(d) }}{{ d }}")]
    [InlineData("{% set l = [] %}{{ l.append(l) }}{{ l|join }}")]
    [InlineData("{% set a = dict(x=1) %}$40{% set a = dict(x=a, y=a) %}${{ a }}")]
    [InlineData("$9000{% if x is mapping and k in x %}$$9000{% set x = 1 %}$")]
    [InlineData("$3000{% set v = [v] %}$$3000{% for i in range(100) %}{% endfor %}$")]
    [InlineData("{{ $1900[$$1900]$ }}")]
    public void What_holds_itself_or_much_takes_little_time(string template)
    {
        var watch = Stopwatch.StartNew();
        Inspect(Encoding.UTF8.GetBytes(Repeated(template)), "chat_template.jinja");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    // $30text$ is that text 30 times.
    private static string Repeated(string template) => System.Text.RegularExpressions.Regex.Replace(
        template, @"\$(\d+)([^$]*)\$", match => string.Concat(Enumerable.Repeat(match.Groups[2].Value, int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))));

    private static void AssertCode(string template, string code)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.True(found.Findings.Any(finding => finding.Code == code), $"{template} is {found.Verdict}: {string.Join(" | ", found.Findings.Select(finding => finding.Message))}");
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
    }

    [Fact]
    public void A_format_that_is_one_of_several_names_is_judged_as_each() =>
        AssertCode("{% set f = 'format' if x else 'format_map' %}{{ (('{0._' ~ '_class__}')|attr(f))(y) }}", "CFG107");
}
