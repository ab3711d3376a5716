using System.Collections;
using System.Reflection;

namespace Aloft.Runtime;

/// <summary>
/// The <c>ILambdaLogger</c> of the function's package: <c>LogLine(text)</c>, <c>Log([level,] [exception,] text, [values])</c> and
/// <c>LogTrace</c> to <c>LogCritical</c>. https://docs.aws.amazon.com/lambda/latest/dg/csharp-logging.html
/// </summary>
sealed class ContextLogger(Logs logs)
{
    public object? Member(MethodInfo member, object?[] arguments)
    {
        if (!member.Name.StartsWith("Log", StringComparison.Ordinal))
            throw Duck.Unknown(member);

        var rest = arguments.AsSpan();
        var level = LogLevels.Parse(member.Name["Log".Length..]);
        if (member.Name == "Log" && rest.Length > 1)
        {
            level = LogLevels.Parse(rest[0]?.ToString());
            rest = rest[1..];
        }
        var fault = rest.Length > 1 ? rest[0] as Exception : null;
        if (fault is not null || rest.Length > 1 && rest[0] is null)
            rest = rest[1..];
        if (!logs.Says(level))
            return null; // before anything is made of it

        object?[] values = rest is [_, IEnumerable several and not string] ? [.. several] : [];
        logs.Flush();
        logs.Message(level, new(rest[0]?.ToString() ?? "", values), fault);
        return null;
    }
}
