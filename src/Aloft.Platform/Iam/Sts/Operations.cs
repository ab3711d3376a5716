using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Iam.Sts;

/// <summary>https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html</summary>
public static class Operations
{
    public static ServiceDefinition Sts(SessionCredentials sessions)
    {
        IReadOnlyList<Operation> operations =
        [
            new("AssumeRole", null, "sts:AssumeRole", new AssumeRole(sessions).Handle),
            new("GetCallerIdentity", null, "sts:GetCallerIdentity", GetCallerIdentity.Handle),
        ];
        return new("sts", "AWS Security Token Service", [Protocol.Query], null, "2011-06-15", operations)
        {
            XmlNamespace = "https://sts.amazonaws.com/doc/2011-06-15/",
            Unsupported = ServiceModel.Unserved("Iam.Sts", operations),
        };
    }
}
