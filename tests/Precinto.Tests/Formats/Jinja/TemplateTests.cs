using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Jinja;

public sealed class TemplateTests
{
    /// <summary>Ways to a special name, one a technique; each reaches Python's modules where no sandbox stands before it.</summary>
    public static TheoryData<string> Evasions => [
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ ''['__cl' 'ass__'] }}",
        "{{ ''['__cl' ~ 'ass__'] }}",
        "{{ ''['__cl' + 'ass__'] }}",
        "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
        "{{ ''['\\u005f\\u005fclass\\u005f\\u005f'] }}",
        "{{ ''['\\137\\137class\\137\\137'] }}",
        "{{ ''['\\N{LOW LINE}\\N{LOW LINE}class\\N{LOW LINE}\\N{LOW LINE}'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ ''|attr(['__', 'class', '__']|join) }}",
        "{{ ''|attr('__ssalc__'|reverse) }}",
        "{{ ''['__ssalc__'[::-1]] }}",
        "{{ ''['__CLASS__'.lower()] }}",
        "{{ ''['__CLASS__'|lower] }}",
        "{{ ''['xxclassxx'.replace('xx', '__')] }}",
        "{{ ''['xxclassxx'|replace('x', '_')] }}",
        "{{ ''['%s%sclass%s%s' % ('_', '_', '_', '_')] }}",
        "{{ ''['%c%cclass%c%c' % (95, 95, 95, 95)] }}",
        "{{ ''|attr('%c%cclass%c%c'|format(95, 95, 95, 95)) }}",
        "{{ ''['{0}{0}class{0}{0}'.format('_')] }}",
        "{{ ''['{0:c}{0:c}class{0:c}{0:c}'.format(95)] }}",
        "{{ '{0.__class__}'.format('') }}",
        "{{ ('{0.__cl' ~ 'ass__}').format('') }}",
        "{{ ''['_' * 2 ~ 'class' ~ '_' * 2] }}",
        "{{ ''['__'.join(['', 'class', ''])] }}",
        "{{ ''|attr(dict(__class__=1)|join) }}",
        "{{ ''|attr(dict(__cla=1, ss__=2)|join) }}",
        "{% set a = '__cla' %}{% set b = 'ss__' %}{{ ''[a ~ b] }}",
        "{% set ns = namespace(n='__cla') %}{% set ns.n = ns.n ~ 'ss__' %}{{ messages[0][ns.n] }}",
        "{% set ns = namespace(n='') %}{% for i in range(2) %}{% set ns.n = ns.n ~ '_' %}{% endfor %}{{ messages[0][ns.n ~ 'class' ~ ns.n] }}",
        "{% set x %}__class__{% endset %}{{ messages[x] }}",
        "{% macro f() %}__class__{% endmacro %}{{ messages[f()] }}",
        "{% for a in ['__class__'] %}{{ messages[a] }}{% endfor %}",
        "{% for a, b in [('x', '__class__')] %}{{ messages[b] }}{% endfor %}",
        "{% with a='__class__' %}{{ messages[a] }}{% endwith %}",
        "{% macro f(a='__class__') %}{{ messages[a] }}{% endmacro %}",
        "{{ messages['__class__' if true else 'role'] }}",
        "{{ messages[none or '__class__'] }}",
        "{{ messages[['role', '__class__'][1]] }}",
        "{{ messages[{'a': '__class__'}['a']] }}",
        "{{ messages[{'a': '__class__'}.a] }}",
        "{{ messages|map(attribute='__class__')|list }}",
        "{{ messages|map('attr', '__class__')|list }}",
        "{{ messages|selectattr('__class__.__name__', 'equalto', 'x')|list }}",
        "{{ messages|groupby('a.__class__') }}",
        "{{ messages|sort(attribute='__class__') }}",
        "{{ self._TemplateReference__context }}",
        "{{ lipsum|attr((lipsum|string|list)[18] * 2 ~ 'globals' ~ (lipsum|string|list)[18] * 2) }}",
        "{{ lipsum[(lipsum|string)[18] ~ 'x'] }}",
        "{{ '}}' ~ ''.__class__ }}",
        "{{ {'a': {}} and ''.__class__ }}",
        "{% if ''.__class__ %}{% endif %}",
        "{% filter attr('__class__') %}{% endfilter %}",
        "{% set a = ''.__class__ %}",
        "{# comment #}{{- ''.__class__ -}}",
        "{% raw %}{% endraw %}{{ ''.__class__ }}",
        "{% raw %}{{ {% endraw %}{{ ''.__class__ }}",
        "{{ strftime_now('__class__') }}{{ messages[strftime_now('__class__')] }}",
        "{{ os.system('id') }}",
        "{{ __import__('os') }}",
        "{{ x.popen('id') }}",
        "{{ ()|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
        "{% set x = ''|attr %}{{ ''|attr(message.name ~ '__') }}",
        "{% unknown %}{{ ''.__class__ }}",
        "{% macro g(o,a,b,c,d,x) %}{{ o[a][b][c](x)[d]() }}{% endmacro %}{{ g(lipsum,'__globals__','os','popen','read','id') }}",
        "{% macro g(a,b) %}{{ lipsum[a][b] }}{% endmacro %}{{ g(b='os', a='__glo' ~ 'bals__') }}",
        "{% macro g() %}{{ lipsum[varargs[0]][varargs[1]] }}{% endmacro %}{{ g('__globals__','os') }}",
        "{% macro g(a) %}{% for k, v in lipsum[a].items() %}{{ v.getcwd() }}{% endfor %}{% endmacro %}{{ g(['__globals__'][0]) }}",
        "{{ messages|map(*['attr', '__class__'])|list }}",
        "{% for k,v in [[lipsum]]|map('groupby','__globals__.os.popen')|first %}{{ k('id')|list }}{% endfor %}",
        "{% set a=namespace(k='x') %}{% for i in [1,2] %}{{ lipsum[a.k] }}{% set a.k='__globals__' %}{% endfor %}",
        "{% for r in [['x']] recursive %}{% if loop.depth0 %}{{ lipsum[r[0]] }}{% else %}{{ loop([['__globals__']]) }}{% endif %}{% endfor %}",
        "{% set f|attr('format') %}{0.__globals__[os].environ}{% endset %}{{ f(lipsum) }}",
        "{% set a|attr('__class__') %}x{% endset %}{{ a }}",
        "{{ [lipsum]|join(attribute='__globals__.os.environ.HOME') }}",
        "{{ [[lipsum]]|map('join','','__globals__')|list }}",
        "{{ [lipsum]|min(false,'__globals__') }}",
        "{% set (a,b),c = (('x','__globals__'),1) %}{{ lipsum[b] }}",
        "{{ messages|map(**{'attribute': '__class__'})|list }}",
        "{{ messages[0]|attr(*['__class__']) }}",
    ];

    [Theory]
    [MemberData(nameof(Evasions))]
    public void A_way_to_a_special_name_is_dangerous(string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.Equal("jinja", found.Format);
        Assert.True(found.Verdict == InspectionVerdict.Dangerous, $"{template} is {found.Verdict}: {string.Join(" | ", found.Findings.Select(finding => finding.Message))}");
        AssertFinding(found, "CFG107");
    }

    [Theory]
    [InlineData("TPL101", "{{ message|attr(name) }}")]
    [InlineData("TPL101", "{{ lipsum|string }}")]
    [InlineData("TPL101", "{% macro g(a) %}{{ lipsum[a].getcwd() }}{% endmacro %}{{ g(messages[0].name) }}")]
    [InlineData("TPL101", "{{ messages|map(*names)|list }}")]
    [InlineData("TPL102", "{% include 'other' %}")]
    [InlineData("TPL102", "{% import 'other' as other %}")]
    [InlineData("TPL102", "{% from 'other' import name %}")]
    [InlineData("TPL102", "{% extends 'other' %}")]
    [InlineData("TPL103", "{{ ''.__class__")]
    [InlineData("TPL103", "{{ ''? }}{{ 'x\\x5f' }}")]
    public void What_cannot_be_judged_is_no_clean_template(string code, string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code).Append(found.Verdict == InspectionVerdict.Dangerous ? "TPL103" : ""));
    }

    /// <summary>Chat templates in the manner of the well-known families, and what else honest templates do.</summary>
    public static TheoryData<string> Benign => [
        // ChatML
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
        // Llama 3: a loop over messages, trimmed content, the first token put before.
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}",
        // Llama 3.1: tools as JSON, dates, errors.
        """
        {{- bos_token }}
        {%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}
        {%- if not date_string is defined %}{%- if strftime_now is defined %}{%- set date_string = strftime_now("%d %b %Y") %}{%- else %}{%- set date_string = "26 Jul 2024" %}{%- endif %}{%- endif %}
        {%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content']|trim %}{%- set messages = messages[1:] %}{%- else %}{%- set system_message = "" %}{%- endif %}
        {%- for t in tools %}{{- t | tojson(indent=4) }}{{- "\n\n" }}{%- endfor %}
        {%- for message in messages %}
            {%- if 'tool_calls' in message %}
                {%- if not message.tool_calls|length == 1 %}{{- raise_exception("This model only supports single tool-calls at once!") }}{%- endif %}
                {%- set tool_call = message.tool_calls[0].function %}
                {%- for arg_name, arg_val in tool_call.arguments | items %}{{- arg_name + '="' + arg_val + '"' }}{%- if not loop.last %}{{- ", " }}{%- endif %}{%- endfor %}
            {%- elif message.role == "tool" or message.role == "ipython" %}
                {%- if message.content is mapping or message.content is iterable %}{{- message.content | tojson }}{%- else %}{{- message.content }}{%- endif %}
            {%- endif %}
        {%- endfor %}
        """,
        // Qwen: namespaces, slices from the end, text split at a mark.
        """
        {%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
        {%- for message in messages[::-1] %}
            {%- set index = (messages|length - 1) - loop.index0 %}
            {%- if ns.multi_step_tool and message.role == "user" and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
                {%- set ns.multi_step_tool = false %}{%- set ns.last_query_index = index %}
            {%- endif %}
        {%- endfor %}
        {%- for message in messages %}
            {%- set content = message.content %}{%- set reasoning_content = '' %}
            {%- if message.reasoning_content is defined and message.reasoning_content is not none %}{%- set reasoning_content = message.reasoning_content %}
            {%- elif '</think>' in message.content %}
                {%- set content = message.content.split('</think>')[-1].lstrip('\n') %}
                {%- set reasoning_content = message.content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- endif %}
            {%- if loop.index0 > ns.last_query_index %}{{- '<|im_start|>' + message.role + '\n<think>\n' + reasoning_content.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}{%- endif %}
            {%- if (loop.first and content) or (not loop.first) %}{{- '\n' }}{%- endif %}
            {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}{{- '<|im_end|>\n' }}{%- endif %}
        {%- endfor %}
        """,
        // Mistral: alternation is checked, arguments are put out as JSON.
        """
        {%- if messages[0]["role"] == "system" %}{%- set system_message = messages[0]["content"] %}{%- set loop_messages = messages[1:] %}{%- else %}{%- set loop_messages = messages %}{%- endif %}
        {%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
        {%- for message in loop_messages | rejectattr("role", "equalto", "tool") | rejectattr("role", "equalto", "tool_results") | selectattr("tool_calls", "undefined") %}
            {%- if (message["role"] == "user") != (loop.index0 % 2 == 0) %}{{- raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}{%- endif %}
        {%- endfor %}
        {{- bos_token }}
        {%- for message in loop_messages %}
            {%- if message["role"] == "user" %}{{- "[INST] " + message["content"] + "[/INST]" }}
            {%- elif message.tool_calls is defined and message.tool_calls is not none %}
                {%- for tool_call in message.tool_calls %}{%- set out = tool_call.function|tojson %}{{- out[:-1] }}{%- if not tool_call.id is defined or tool_call.id|length != 9 %}{{- raise_exception("Tool call IDs should be alphanumeric strings with length 9!") }}{%- endif %}{{- ', "id": "' + tool_call.id + '"}' }}{%- endfor %}
            {%- endif %}
        {%- endfor %}
        """,
        // DeepSeek: everything in one namespace.
        "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, is_tool=false, is_output_first=true, system_prompt='') %}{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system_prompt = ns.system_prompt + '\\n\\n' + message['content'] %}{%- endif %}{%- endfor %}{{ bos_token }}{{ ns.system_prompt }}{%- for message in messages %}{%- if message['role'] == 'assistant' and message['content'] is none %}{%- set ns.is_tool = false -%}{%- for tool in message['tool_calls']%}{%- if not ns.is_first %}{{'<｜tool▁call▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + tool['function']['name'] + '\\n' + '```json' + '\\n' + tool['function']['arguments'] + '\\n' + '```'}}{%- set ns.is_first = true -%}{%- endif %}{%- endfor %}{%- endif %}{%- endfor %}",
        // Gemma: roles renamed, parts of content.
        """
        {{ bos_token }}{%- if messages[0]['role'] == 'system' -%}{%- if messages[0]['content'] is string -%}{%- set first_user_prefix = messages[0]['content'] + '\n\n' -%}{%- else -%}{%- set first_user_prefix = messages[0]['content'][0]['text'] + '\n\n' -%}{%- endif -%}{%- set loop_messages = messages[1:] -%}{%- else -%}{%- set first_user_prefix = "" -%}{%- set loop_messages = messages -%}{%- endif -%}
        {%- for message in loop_messages -%}{%- if (message['role'] == 'assistant') -%}{%- set role = "model" -%}{%- else -%}{%- set role = message['role'] -%}{%- endif -%}
        {{ '<start_of_turn>' + role + '\n' + (first_user_prefix if loop.first else "") }}
        {%- for item in message['content'] -%}{%- if item['type'] == 'image' -%}{{ '<start_of_image>' }}{%- elif item['type'] == 'text' -%}{{ item['text'] | trim }}{%- endif -%}{%- endfor -%}{{ '<end_of_turn>\n' }}{%- endfor -%}
        """,
        // Phi
        "{% for message in messages %}{% if message['role'] == 'system' and 'tools' in message and message['tools'] is not none %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|tool|>' + message['tools'] + '<|/tool|>' + '<|end|>' }}{% else %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}",
        // Macros that write out types, dictionaries that rename roles, values by computed keys.
        """
        {%- macro json_to_python_type(json_spec) %}
        {%- set basic_type_map = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"} %}
        {%- if basic_type_map[json_spec.type] is defined %}{{- basic_type_map[json_spec.type] }}
        {%- elif json_spec.type == "array" %}{{- "list[" + json_to_python_type(json_spec.items) + "]" }}
        {%- elif json_spec.type is iterable %}{{- "Union[" }}{%- for t in json_spec.type %}{{- json_to_python_type({"type": t}) }}{%- if not loop.last %}{{- "," }}{%- endif %}{%- endfor %}{{- "]" }}
        {%- else %}{{- "Any" }}{%- endif %}{%- endmacro %}
        {%- set names = {'user': 'USER', 'assistant': 'ASSISTANT'} -%}
        {%- for message in messages -%}{{ names[message.role] }}: {{ message[message.kind] }}{%- generation -%}{{ message.content }}{%- endgeneration -%}{%- endfor -%}
        {%- for name, parameter in tool.parameters.properties.items() -%}{{ name }} {{ "required" if name in tool.parameters.required else "" }}{{ tool.parameters.properties[name].description | default("", true) | indent(2, true) }}{%- endfor -%}
        """,
        "Names such as {{ '__init__' }} and def __init__(self) are put out here, and nothing else is done with them.",
        "{% set sep = '__' %}{{ 'a' ~ sep ~ 'b' }}{{ message.content.replace('__', '').split('__')[0] }}",
        "{% raw %}{{ ''.__class__ }}{% endraw %}{# {{ ''.__class__ }} #}",
        "{{ messages | map(attribute='content') | join('\n') }}{{ messages | map('upper') | list }}{{ tools | sort(attribute='name', reverse=true) | first }}",
        "{{ message|attr('content') }}{{ message.get('tool_calls', []) | length }}{{ '%s: %s' | format(message.role, message.content) }}{{ '{}: {}'.format(message.role, message.content) }}",
        "{% call(user) list_users() %}{{ user.name }}{% endcall %}{% filter upper %}text{% endfilter %}{% with x = 1, y = [1, 2] %}{{ x + y[0] }}{% endwith %}{% for a in b recursive %}{{ loop(a.children) }}{% endfor %}",
        "{{ messages[-1].content[:100] ~ ('…' if messages[-1].content|length > 100) }}{{ 2 ** 3 // 2 % 2 }}{{ not a and b or c is divisibleby 3 }}{{ x is not sameas none }}",
        "{% for __ in range(3) %}{% endfor %}{{ x._private if x._private is defined }}{{ (1,) }}{{ [1, 2,] }}{{ {} }}{{ {'a': 1,}['a'] }}",
        "",
        "plain text without any tag",
    ];

    [Theory]
    [MemberData(nameof(Benign))]
    public void An_honest_template_is_clean(string template)
    {
        if (template.Length > 0)
            AssertNothing(Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja"));
        AssertNothing(Inspect(Json(template), "tokenizer_config.json"));
    }

    [Theory]
    [MemberData(nameof(Evasions))]
    public void A_template_is_found_wherever_a_configuration_keeps_it(string template)
    {
        foreach (var shape in (ReadOnlySpan<string>)["{\"chat_template\":$}", "[{\"prompts\":{\"a\":[$]}}]", "{\"chat_template\":[{\"name\":\"x\",\"template\":$}]}", "{\"Prompt_Template\":$}"])
        {
            var json = Encoding.UTF8.GetBytes(shape.Replace("$", '"' + JsonEncodedText.Encode(template).ToString() + '"', StringComparison.Ordinal));
            Assert.Equal(InspectionVerdict.Dangerous, Inspect(json, "any_name.json").Verdict);
        }
    }

    [Fact]
    public void A_broken_template_is_told_and_harmless()
    {
        var found = Inspect("{% for x in %}{{ x "u8.ToArray(), "a.j2");
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        AssertFinding(found, "TPL104");
    }

    [Fact]
    public void A_template_is_known_by_its_bytes_under_any_name()
    {
        Assert.Equal("jinja", Inspect("{%- if x %}{{ ''.__class__ }}{% endif %}"u8.ToArray(), "weights.txt").Format);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect("<s>{{ ''.__class__ }}"u8.ToArray(), "model/chat_template.txt").Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect("<s>{{ ''.__class__ }}"u8.ToArray(), "model/additional_chat_templates/tool_use.jinja").Verdict);
        Assert.Equal("unknown", Inspect("Use {{ x }} like this."u8.ToArray(), "README.md").Format);
    }

    [Theory]
    [InlineData("{{ ((((", 200_000)]
    [InlineData("{{ 'aaaaaaaaaaaaaaaa'|list|join|list|join }}", 20_000)]
    [InlineData("{% set x = x ~ x ~ 'aaaaaaaaaaaaaaaaaaaaaaaaa' %}", 20_000)]
    [InlineData("{% set x = [x, x] + [x, x] %}", 20_000)]
    [InlineData("{{ '' '' }}{{ a.b.c.d.e|f|g }}", 20_000)]
    [InlineData("{% for a in [b, b] %}{% set b = [a, a, 'x' * 1000] %}", 20_000)]
    [InlineData("{", 1_000_000)]
    [InlineData("{% raw %}", 100_000)]
    [InlineData("{% if 'x' ", 100_000)]
    [InlineData("a+", 400_000)]
    [InlineData("{{ __", 200_000)]
    public void A_large_template_takes_little_time(string piece, int count)
    {
        var template = string.Concat(Enumerable.Repeat(piece, count));
        var watch = Stopwatch.StartNew();
        Inspect(Encoding.UTF8.GetBytes((piece == "a+" ? "{{ " : "") + template), "a.jinja");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = "{% set x = {'a': [1, 'b']} %}{% for m in messages[1:] if m.role is not none %}{{ m['content']|trim ~ '\\x41' }}{# c #}{% endfor %}"u8.ToArray();
        AssertFlipsAreSurvived(bytes, "a.jinja");
        for (var length = 1; length < bytes.Length; length++)
            Inspect(bytes[..length], "a.jinja");
    }

    private static void AssertNothing(FileInspection found) =>
        Assert.True(found.Findings.Count == 0, string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));

    private static void AssertFinding(FileInspection found, string code) => Assert.Contains(code, found.Findings.Select(finding => finding.Code));

    private static byte[] Json(string template) =>
        Encoding.UTF8.GetBytes("{\"chat_template\": \"" + JsonEncodedText.Encode(template).ToString() + "\"}");
}
