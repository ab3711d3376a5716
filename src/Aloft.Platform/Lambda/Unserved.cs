using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>The operations of the API model that are not served, each with what to do without it.</summary>
internal static class Unserved
{
    /// <summary>By a part of the operation's name.</summary>
    static readonly (string Part, string Instead)[] Advice =
    [
        ("EventSourceMapping", "There are no queues and streams here to read from yet: let a program of your own read them and call Invoke."),
        ("CodeSigning", "There is no signer here, so that no signature could be checked: leave CodeSigningConfigArn out of CreateFunction."),
        ("DurableExecution", "Leave DurableConfig out of CreateFunction, and keep what must survive an invocation in a database of your own."),
        ("CapacityProvider", "Functions run on this node's own capacity: leave CapacityProviderConfig out."),
        ("ScalingConfig", "PutFunctionConcurrency bounds how many instances a function has."),
    ];

    public static IReadOnlyList<UnsupportedOperation> Of(IReadOnlyList<Operation> served) =>
    [
        .. ServiceModel.Unserved("Lambda", served).Select(operation => operation with
        {
            Instead = Advice.FirstOrDefault(advice => operation.Name.Contains(advice.Part, StringComparison.Ordinal)).Instead ?? "",
        }),
    ];
}
