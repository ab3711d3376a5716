using Aloft.Wire;

namespace Aloft.Tests.Wire;

public sealed class ArnTests
{
    [Theory]
    [InlineData("us-east-1", "aws")]
    [InlineData("eu-central-1", "aws")]
    [InlineData("cn-north-1", "aws-cn")]
    [InlineData("us-gov-west-1", "aws-us-gov")]
    [InlineData("us-iso-east-1", "aws-iso")]
    [InlineData("us-isob-east-1", "aws-iso-b")]
    [InlineData("eu-isoe-west-1", "aws-iso-e")]
    [InlineData("us-isof-south-1", "aws-iso-f")]
    public void The_partition_is_the_regions(string region, string partition)
    {
        Assert.Equal($"arn:{partition}:lambda:{region}:111122223333:function:hello", Arn.Of("lambda", region, "111122223333", "function:hello").ToString());
        Assert.Equal($"arn:{partition}:iam::111122223333:root", Arn.RootOf("111122223333", region).ToString());
    }

    [Theory]
    [InlineData("arn:aws-cn:lambda:cn-north-1:111122223333:function:hello", true)]
    [InlineData("arn:aws:lambda:cn-north-1:111122223333:function:hello", false)]
    [InlineData("arn:aws-cn:lambda:us-east-1:111122223333:function:hello", false)]
    [InlineData("arn:aws-cn:iam::111122223333:role/any", true)]
    [InlineData("arn:aws:lambda:us-east-1:111122223333", false)]
    public void A_region_of_another_partition_is_no_arn(string text, bool isArn)
    {
        Assert.Equal(isArn, Arn.TryParse(text, out var arn));
        Assert.True(!isArn || arn.ToString() == text);
    }
}
