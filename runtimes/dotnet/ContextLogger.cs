using System.Collections;
using System.Reflection;
using System.Text;

namespace Aloft.Runtime;

/// <summary>
/// The <c>ILambdaLogger</c> of the function's package: <c>LogLine(text)</c>, <c>Log([level,] [exception,] text, [values])</c> and
/// <c>LogTrace</c> to <c>LogCritical</c>. https://docs.aws.amazon.com/lambda/latest/dg/csharp-logging.html
/// </summary>
sealed class ContextLogger(Logs logs)
{
    static readonly string[] Levels = ["Trace", "Debug", "Information", "Warning", "Error", "Critical"];
    static readonly string[] Shown = ["trce", "dbug", "info", "warn", "fail", "crit"];
    const int Information = 2;

    /// <summary>Lines below it are dropped.</summary>
    readonly int lowest = Math.Max(0, IndexOf(Environment.GetEnvironmentVariable("AWS_LAMBDA_HANDLER_LOG_LEVEL") ?? "", otherwise: Information));

    public object? Member(MethodInfo member, object?[] arguments)
    {
        if (!member.Name.StartsWith("Log", StringComparison.Ordinal))
            throw Duck.Unknown(member);

        var rest = arguments.AsSpan();
        var level = IndexOf(member.Name["Log".Length..], otherwise: Information);
        if (member.Name == "Log" && rest.Length > 1)
        {
            level = IndexOf(rest[0]?.ToString() ?? "", otherwise: Information);
            rest = rest[1..];
        }
        var fault = rest.Length > 1 ? rest[0] as Exception : null;
        if (fault is not null || rest.Length > 1 && rest[0] is null)
            rest = rest[1..];
        if (level < lowest)
            return null;

        var text = rest is [var template, IEnumerable values and not string] ? Fill(template?.ToString() ?? "", values) : rest[0]?.ToString() ?? "";
        logs.Flush();
        logs.Line(Shown[level], fault is null ? text : $"{text}\n{fault}");
        return null;
    }

    static int IndexOf(string level, int otherwise) =>
        Array.FindIndex(Levels, one => one.Equals(level, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index ? index : otherwise;

    /// <summary>Puts the values, in their order, where the template has names in braces.</summary>
    static string Fill(string template, IEnumerable values)
    {
        var text = new StringBuilder();
        var value = values.GetEnumerator();
        var at = 0;
        while (template.IndexOf('{', at) is >= 0 and var open && template.IndexOf('}', open) is >= 0 and var close)
        {
            text.Append(template, at, open - at);
            text.Append(value.MoveNext() ? value.Current : template[open..(close + 1)]);
            at = close + 1;
        }
        return text.Append(template, at, template.Length - at).ToString();
    }
}
