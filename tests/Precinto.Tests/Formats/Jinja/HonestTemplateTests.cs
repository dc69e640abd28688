using System.Text;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Jinja;

/// <summary>Chat templates in the manner of the well-known families, in words of our own: none of them reaches anywhere.</summary>
public sealed class HonestTemplateTests
{
    public static TheoryData<string, string> Families => new()
    {
        { "Llama 2", """
            {% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}
            {% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must take turns') }}{% endif %}
            {% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\n' + system_message + '\n<</SYS>>\n\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}
            {% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}
            """ },
        { "Llama 3.2 with tools", """
            {{- bos_token }}{%- if not tools_in_user_message is defined %}{%- set tools_in_user_message = true %}{%- endif %}
            {%- if builtin_tools is defined %}{{- "Tools: " + builtin_tools | reject('equalto', 'code_interpreter') | join(", ") + "\n\n" }}{%- endif %}
            {%- if tools_in_user_message and not tools is none %}{%- if messages | length != 0 %}{%- set first = messages[0]['content']|trim %}{%- set messages = messages[1:] %}{%- endif %}
            {{- '{"name": function name, "parameters": dictionary of argument name and its value}.' }}{%- for t in tools %}{{- t | tojson(indent=4) }}{%- endfor %}{{- first + "<|eot_id|>" }}{%- endif %}
            {%- for message in messages %}{%- if 'tool_calls' in message %}{%- set tool_call = message.tool_calls[0].function %}
            {{- '{"name": "' + tool_call.name + '", "parameters": ' }}{{- tool_call.arguments | tojson }}{{- "}" }}{%- if builtin_tools is defined %}{{- "<|eom_id|>" }}{%- endif %}
            {%- elif message.role == "tool" %}{{- message.content | tojson if message.content is mapping else message.content }}{%- endif %}{%- endfor %}
            """ },
        { "Mistral v3 with tools", """
            {%- set loop_messages = messages %}{%- set ns = namespace() %}{%- set ns.index = 0 %}{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
            {%- for message in loop_messages %}{%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
            {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}{{- raise_exception("Roles must alternate") }}{%- endif %}{%- set ns.index = ns.index + 1 %}{%- endif %}{%- endfor %}
            {%- for message in loop_messages %}{%- if message["role"] == "user" %}{%- if tools is not none and (message == user_messages[-1]) %}{{- "[AVAILABLE_TOOLS] [" }}
            {%- for tool in tools %}{%- set tool = tool.function %}{{- '{"type": "function", "function": {' }}{%- for key, val in tool.items() if key != "return" %}{%- if val is string %}{{- '"' + key + '": "' + val + '"' }}{%- else %}{{- '"' + key + '": ' + val|tojson }}{%- endif %}{%- if not loop.last %}{{- ", " }}{%- endif %}{%- endfor %}{{- "}}" }}{%- endfor %}{{- "[/AVAILABLE_TOOLS]" }}{%- endif %}
            {%- elif message["role"] == "tool_results" %}{%- if message.content is defined and message.content.content is defined %}{%- set content = message.content.content %}{%- else %}{%- set content = message.content %}{%- endif %}{{- '[TOOL_RESULTS] {"content": ' + content|string + ", " }}{%- endif %}{%- endfor %}
            """ },
        { "Qwen 2.5", """
            {%- if tools %}{{- '<|im_start|>system\n' }}{%- if messages[0]['role'] == 'system' %}{{- messages[0]['content'] }}{%- else %}{{- 'You are helpful.' }}{%- endif %}
            {%- for tool in tools %}{{- "\n" }}{{- tool | tojson }}{%- endfor %}{{- "\n</tools>\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call><|im_end|>\n" }}{%- endif %}
            {%- for message in messages %}{%- if (message.role == "user") or (message.role == "assistant" and not message.tool_calls) %}{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
            {%- elif message.role == "assistant" %}{%- for tool_call in message.tool_calls %}{%- if tool_call.function is defined %}{%- set tool_call = tool_call.function %}{%- endif %}{{- tool_call.name }}{{- tool_call.arguments | tojson }}{%- endfor %}
            {%- elif message.role == "tool" %}{%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}{{- '<|im_start|>user' }}{%- endif %}{%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}{{- '<|im_end|>\n' }}{%- endif %}{%- endif %}{%- endfor %}
            """ },
        { "Qwen VL", """
            {% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}{% for message in messages %}{% if message['content'] is string %}{{ message['content'] }}{% else %}
            {% for content in message['content'] %}{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}{% set image_count.value = image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}{% endif %}{% endfor %}
            """ },
        { "Zephyr", "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}" },
        { "Phi-4", "{% for message in messages %}{% if (message['role'] == 'system') %}{{'<|im_start|>system<|im_sep|>' + message['content'] + '<|im_end|>'}}{% elif (message['role'] == 'user') %}{{'<|im_start|>user<|im_sep|>' + message['content'] + '<|im_end|><|im_start|>assistant<|im_sep|>'}}{% endif %}{% endfor %}" },
        { "DeepSeek R1", """
            {% set ns = namespace(is_first=false, is_tool=false, is_output_first=true, system_prompt='', is_first_sp=true) %}{%- for message in messages %}{%- if message['role'] == 'system' %}{%- if ns.is_first_sp %}{% set ns.system_prompt = ns.system_prompt + message['content'] %}{% set ns.is_first_sp = false %}{%- else %}{% set ns.system_prompt = ns.system_prompt + '\n\n' + message['content'] %}{%- endif %}{%- endif %}{%- endfor %}
            {{ bos_token }}{{ ns.system_prompt }}{%- for message in messages %}{% set content = message['content'] %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}{%- if message['role'] == 'tool' %}{%- set ns.is_tool = true -%}{%- if ns.is_output_first %}{{'<｜tool▁outputs▁begin｜>' + content}}{%- set ns.is_output_first = false %}{%- endif %}{%- endif %}{%- endfor -%}
            """ },
        { "Command-R with tools", """
            {%- macro json_to_python_type(json_spec) %}{%- set basic_type_map = { "string": "str", "number": "float", "integer": "int", "boolean": "bool" } %}
            {%- if basic_type_map[json_spec.type] is defined %}{{- basic_type_map[json_spec.type] }}{%- elif json_spec.type == "array" %}{{- "List[" + json_to_python_type(json_spec.items) + "]"}}{%- elif json_spec.type == "object" %}{{- "Dict[str, " + json_to_python_type(json_spec.additionalProperties) + ']'}}{%- else %}{{- "Any" }}{%- endif %}{%- endmacro %}
            {%- macro old_tool_parser(tools) %}{%- for tool in tools %}{%- if loop.index0 != 0 %}{{ '\n\n' }}{%- endif %}{{- 'def ' + tool.name + '(' }}{%- for param_name, param_fields in tool.parameter_definitions|items %}{%- if loop.index0 != 0 %}{{ ', ' }}{%- endif %}{{- param_name + ': ' }}{%- if not param_fields.required %}{{ 'Optional[' + param_fields.type + '] = None' }}{%- else %}{{- param_fields.type }}{%- endif %}{%- endfor %}{{- ') -> List[Dict]:\n    \"\"\"' + tool.description }}{%- endfor %}{%- endmacro %}
            {%- macro new_tool_parser(tools) %}{%- for tool in tools %}{%- set f = tool.function %}{%- for name, fields in f.parameters.properties|items %}{{- name + " (" + json_to_python_type(fields) + "): " + fields.description }}{%- endfor %}{%- endfor %}{%- endmacro %}
            {% set loop_messages = messages %}{{ '## Tools\n' }}{%- if tools[0].function is defined %}{{- new_tool_parser(tools) }}{%- else %}{{- old_tool_parser(tools) }}{%- endif %}
            {% for document in documents %}Document: {{ loop.index0 }}{% for key, value in document.items() %}{{ key }}: {{ value }}{% endfor %}{% endfor %}
            """ },
        { "Granite", """
            {%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}{%- else %}{%- set system_message = "Knowledge Cutoff Date: April 2024.\nToday's Date: " + strftime_now('%B %d, %Y') + ".\nYou are Granite." %}
            {%- if tools and documents %}{%- set system_message = system_message + " You have tools." %}{%- endif %}{%- if 'citations' in controls and documents %}{%- set system_message = system_message + "\n\nIn your response, use <co> and </co>." %}{%- endif %}{%- set loop_messages = messages %}{%- endif %}
            {{- '<|start_of_role|>system<|end_of_role|>' + system_message + '<|end_of_text|>\n' }}{%- for message in loop_messages %}{{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + message['content'] + '<|end_of_text|>\n' }}{%- if loop.last and add_generation_prompt %}{{- '<|start_of_role|>assistant' }}{%- if controls %}{{- ' ' + controls | tojson()}}{%- endif %}{{- '<|end_of_role|>' }}{%- endif %}{%- endfor %}
            """ },
        { "Hermes with tools", """
            {%- macro json_to_python_type(json_spec) %}{%- set basic_type_map = {"string": "str", "number": "float"} %}{%- if json_spec.type is iterable and json_spec.type is not string %}{{- "Union[" }}{%- for t in json_spec.type %}{{- json_to_python_type({"type": t}) }}{%- if not loop.last %}{{- "," }}{%- endif %}{%- endfor %}{{- "]" }}{%- else %}{{- basic_type_map[json_spec.type] }}{%- endif %}{%- endmacro %}
            {%- for tool in tools %}{%- if tool.function is defined %}{%- set tool = tool.function %}{%- endif %}{{- '{"type": "function", "function": {"name": "' + tool.name + '", "description": "' + tool.name + '(' }}{%- for param_name, param_fields in tool.parameters.properties|items %}{{- param_name + ": " + json_to_python_type(param_fields) }}{%- if not loop.last %}{{- ", " }}{%- endif %}{%- endfor %}{{- ")" }}{%- if tool.return is defined %}{{- " -> " + json_to_python_type(tool.return) }}{%- endif %}{%- endfor %}
            """ },
        { "Falcon", "{% for message in messages %}{% if not loop.first %}{{ '\n' }}{% endif %}{% if message['role'] == 'system' %}{{ 'System: ' }}{% elif message['role'] == 'user' %}{{ 'User: ' }}{% elif message['role'] == 'assistant' %}{{ 'Falcon: ' }}{% endif %}{{ message['content'].replace('\r\n', '\n').replace('\n\n', '\n') }}{% endfor %}{% if add_generation_prompt %}{{ '\nFalcon:' }}{% endif %}" },
        { "Vicuna", "{%- set ns = namespace(found=false) -%}{%- for message in messages -%}{%- if message['role'] == 'system' -%}{%- set ns.found = true -%}{%- endif -%}{%- endfor -%}{%- if not ns.found -%}{{- 'A chat between a curious user and an assistant.' + ' ' -}}{%- endif %}{%- for message in messages %}{{- message['role'].upper() + ': ' + message['content'].strip() + '\n' -}}{%- endfor -%}" },
        { "InternLM and MiniCPM", "{{ bos_token }}{% for message in messages %}{{ '<|im_start|>' ~ message['role'] ~ '\n' ~ message['content']|trim ~ '<|im_end|>' ~ '\n' }}{% endfor %}{% for m in messages %}{% if m['role'] == 'user' %}{{ '<用户>' + m['content'].strip() + '<AI>' }}{% else %}{{ m['content'].strip() }}{% endif %}{% endfor %}" },
        { "SmolLM 3", """
            {%- if xml_tools is not defined %}{%- set xml_tools = None %}{%- endif %}{%- set reasoning_mode = "/think" if enable_thinking | default(true) else "/no_think" %}{%- set custom_instructions = messages[0].content.replace("/no_think", "").replace("/think", "").rstrip() if messages[0].role == "system" else "" %}
            {%- set today = strftime_now("%d %B %Y") -%}{%- set ts = namespace(xml_tool_string="<tools>\n") -%}{%- for tool in (xml_tools or [])[:] -%}{% set ts.xml_tool_string = ts.xml_tool_string ~ (tool | string) ~ "\n" %}{%- endfor -%}{{- ts.xml_tool_string + "</tools>" }}
            {%- for message in messages -%}{%- set content = message.content if message.content is string else "" -%}{%- if message.role == "assistant" -%}{% generation %}{{ content.lstrip("\n") + "<|im_end|>\n" }}{% endgeneration %}{%- endif -%}{%- endfor -%}
            """ },
        { "OLMo", "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}{% if not loop.last %}{{ '<|assistant|>\n' + message['content'] + eos_token + '\n' }}{% else %}{{ '<|assistant|>\n' + message['content'] + eos_token }}{% endif %}{% else %}{{ '<|' + message['role'] + '|>\n' + message['content'] + '\n' }}{% endif %}{% endfor %}" },
        { "GLM-4", """
            [gMASK]<sop>{%- macro visible_text(content) -%}{%- if content is string -%}{{- content }}{%- elif content is iterable and content is not mapping -%}{%- for item in content -%}{%- if item is mapping and item.type == 'text' -%}{{- item.text }}{%- elif item is string -%}{{- item }}{%- endif -%}{%- endfor -%}{%- else -%}{{- content }}{%- endif -%}{%- endmacro -%}
            {%- set ns = namespace(last_user_index=-1) %}{%- for m in messages %}{%- if m.role == 'user' %}{% set ns.last_user_index = loop.index0 -%}{%- endif %}{%- endfor %}
            {% for m in messages %}{%- if m.role == 'user' -%}<|user|>{{ visible_text(m.content) }}{{- '/nothink' if (enable_thinking is defined and not enable_thinking and not visible_text(m.content).endswith("/nothink")) else '' -}}{%- elif m.role == 'assistant' -%}{%- set content = visible_text(m.content) %}{%- if '</think>' in content %}{%- set reasoning_content = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}{%- set content = content.split('</think>')[-1].lstrip('\n') %}{%- endif %}{{ content.strip() }}
            {% for tc in m.tool_calls %}{%- if tc.function %}{%- set tc = tc.function %}{%- endif %}{{ '\n<tool_call>' + tc.name }}{% set _args = tc.arguments %}{% for k, v in _args.items() %}<arg_key>{{ k }}</arg_key><arg_value>{{ v | tojson(ensure_ascii=False) if v is not string else v }}</arg_value>{% endfor %}{% endfor %}{%- endif -%}{%- endfor -%}
            """ },
        { "Nemotron", "{% set bos = \"<|begin_of_text|>\" %}{%- set enable_thinking = true -%}{%- set start_header = '<|start_header_id|>' -%}{{- bos + start_header + 'system\n' }}{%- if enable_thinking %}{{ 'detailed thinking on' }}{%- endif %}{%- for message in messages if message['role'] != 'system' %}{%- set prefix = start_header + message['role'] %}{{ prefix + '\n' + message['content'] | trim }}{%- endfor %}" },
        { "gpt-oss", """
            {%- macro render_typescript_type(param_spec, required_params, is_nullable=false) -%}{%- if param_spec.type == "array" -%}{%- if param_spec['items'] -%}{%- if param_spec['items']['type'] == "string" -%}{{- "string[]" }}{%- else -%}{%- set inner_type = render_typescript_type(param_spec['items'], required_params) -%}{%- if inner_type == "object | object" or inner_type|length > 50 -%}{{- "any[]" }}{%- else -%}{{- inner_type + "[]" }}{%- endif -%}{%- endif -%}{%- endif -%}
            {%- elif param_spec.type is defined and param_spec.type is iterable and param_spec.type is not string and param_spec.type[0] is defined -%}{{- param_spec.type | join(" | ") }}{%- elif param_spec.enum -%}{{- '"' + param_spec.enum|join('" | "') + '"' -}}{%- endif -%}{%- endmacro -%}
            {%- macro render_tool_namespace(namespace_name, tools) -%}{%- for tool in tools %}{%- set tool = tool.function %}{%- for param_name, param_spec in tool.parameters.properties.items() %}{{- param_name }}{%- if param_name not in (tool.parameters.required or []) %}{{- "?" }}{%- endif -%}{{- render_typescript_type(param_spec, tool.parameters.required or []) }}{%- if param_spec.default is defined -%}{{- ", // default: " + param_spec.default|tojson }}{%- endif %}{%- endfor %}{%- endfor %}{{- "} // namespace " + namespace_name }}{%- endmacro -%}
            {{- render_tool_namespace("functions", tools) }}{%- set last_tool_call = namespace(name=none) %}{%- for message in messages -%}{%- if message.tool_calls %}{%- set last_tool_call.name = message.tool_calls[0].name %}{%- elif message.role == 'tool' -%}{{- "<|start|>functions." + last_tool_call.name }}{%- endif %}{%- endfor -%}
            """ },
        { "keys that are not known", """
            {%- for name, field in tool.parameters.properties.items() %}{%- for key in field.keys() | list %}{%- if key not in ['name', 'type', 'description', 'required_by', 'x_y'] %}{{ key ~ ': ' ~ field[key] }}{%- endif %}{%- endfor %}{{ tool.parameters.properties[name][key] }}{%- endfor %}
            {%- set role_map = {'user': 'USER', 'tool_result': 'TOOL', 'assistant': 'BOT'} %}{%- set key = role_map[message.role] %}{{ labels[key] }}{{ ['first', 'second'][loop.index0 % 2] }}{%- for k in ['tool_calls', 'reasoning_content'] %}{{ message[k] }}{%- endfor %}
            {%- for i in range(messages|length) %}{{ 'ABCDEFGH'[i] }}{{ messages[i]['content'] }}{%- endfor %}{{ message['max_' ~ kind] }}{{ message[kind ~ '_content'] }}{{ '{:>10}|{:.2f}'.format(message.name, 1.5) }}{{ '%-10s|%05.1f' | format(message.name, 2) }}
            {%- macro label(i) %}{{ 'abcd'[i] }}{%- endmacro %}{{ label(0) }}{{ label(loop.index0) }}{%- set ns = namespace(indent='', n=0) %}{%- for m in messages %}{%- set ns.indent = ns.indent ~ '  ' %}{%- set ns.n = ns.n + 1 %}{{ ns.indent ~ messages[ns.n].content }}{%- endfor %}
            {%- for c in commands.items() %}{{ vars.get('x') }}{{ c }}{%- endfor %}{{ '_' * 40 }}{{ '-' * 80 }}{{ [1, 2, 3][-1] }}{{ message.content | replace('_', ' ') | title }}{%- set args = '' %}{%- if x %}{%- set args = call.arguments %}{%- endif %}{%- for k in args %}{{ args[k] }}{%- endfor %}
            {%- set items = [] %}{%- for m in messages %}{%- set items = items + [m] %}{%- endfor %}{%- set _ = items.append(messages[0]) %}{{ items | map(attribute='role') | unique | list | length }}{{ (items | first).role }}{{ items | groupby('role') | list }}{{ items | sort(reverse=true, attribute='name') | list }}{{ messages | join(', ', attribute='role') }}{{ messages | sum(attribute='tokens') }}
            """ },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void The_template_of_a_known_family_is_clean(string family, string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.True(found.Findings.Count == 0, $"{family}: {string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message))}");
    }

    [Theory]
    [InlineData("{{ 'about __globals__' }}")]
    [InlineData("{{ '__globals__' }}{# and __class__ #} and __mro__")]
    [InlineData("{{ 'Explain what __globals__ and __class__ mean; use {0.__class__} if asked' }}{% for m in messages %}{{ m['content'] }}{% endfor %}")]
    [InlineData("{% set s = 'tools: __class__' %}{{ s + messages[0]['content'] | trim }}")]
    [InlineData("{%- set system = 'Never write __import__ or __builtins__.' -%}{% for m in messages %}{{ system if loop.first else '' }}{{ m.content }}{% for k in ['a', 'b'] %}{{ m[k] }}{% endfor %}{% endfor %}")]
    [InlineData("{% macro note() %}No __subclasses__ here{% endmacro %}{{ note() }}")]
    [InlineData("{{ 'see {0} and __class__'.format(messages[0].content) }}")]
    [InlineData("{{ '{0:>{1}}'.format(messages[0].content, 10) }}{{ '{{literally}}'.format() }}{{ '{!r:^10}'.format(messages[0].role) }}")]
    [InlineData("{{ 'text' }}\0{{ messages[0]._private }}")]
    public void A_text_about_Python_that_is_only_put_out_is_clean(string template)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(template), "chat_template.jinja");
        Assert.True(found.Findings.Count == 0, string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }
}
