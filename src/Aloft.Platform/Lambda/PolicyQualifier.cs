using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>What a resource policy belongs to: a function, a version or an alias; not <c>$LATEST</c>.</summary>
internal static class PolicyQualifier
{
    public static FunctionName Check(FunctionName name) => name.Qualifier == FunctionVersion.Latest
        ? throw LambdaError.Invalid("We currently do not support adding policies for $LATEST.")
        : name;

    /// <summary>Of a request whose statement is in the path.</summary>
    public static (FunctionName Name, string StatementId) TakeStatement(ApiRequest request, Members input) => (
        FunctionName.Take(request, input),
        input.With("StatementId", request.Path("StatementId")).RequiredString("StatementId", 1, Limits.StatementIdLength, StatementInput.IdPattern()));
}
