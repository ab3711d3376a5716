using System.Reflection;

namespace Aloft.Runtime;

/// <summary>
/// Answers an interface of which only the members' names are known here: the function's package brings the interface, in a version of its own.
/// </summary>
class Duck : DispatchProxy
{
    Func<MethodInfo, object?[], object?> answer = (_, _) => null;

    public static object Of(Type face, Func<MethodInfo, object?[], object?> answer)
    {
        var duck = Create(face, typeof(Duck));
        ((Duck)duck).answer = answer;
        return duck;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? arguments) => answer(method!, arguments ?? []);

    public static NotSupportedException Unknown(MethodInfo member) =>
        new($"{member.DeclaringType?.FullName}.{member.Name} is not known to Aloft's .NET runtime.");
}
